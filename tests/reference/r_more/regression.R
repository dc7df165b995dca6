# Logistic regression, by maximum likelihood and by Firth's penalised likelihood, and its performance.

logistic_sets <- function() {
  endometrial <- data("endometrial79"); birthwt <- data("birthwt189"); mtcars <- data("mtcars32")
  list(
    endometrial79 = list(formula = HG ~ PI + EH, frame = endometrial, first = "PI"),
    birthwt189 = list(formula = low ~ age + lwt + smoke, frame = birthwt, first = "lwt"),
    mtcars32 = list(formula = am ~ mpg + qsec, frame = mtcars[, c("am", "mpg", "qsec")], first = "mpg")
  )
}

PRECISE <- list(epsilon = 1e-14, maxit = 200)

# Where the likelihood-ratio statistic of one coefficient reaches the 95 % quantile of chi-square.
limits <- function(excess, centre, se) {
  one <- function(side) uniroot(excess, centre + side * c(1e-6, 8) * se, tol = 1e-12)$root
  list(low = one(-1), high = one(1))
}

# Newton's steps, as glm takes them, run off where the held value is far from the estimate.
held_deviance <- function(value, position, start, design, outcome) {
  free <- function(others) {
    linear <- drop(design %*% append(others, value, position - 1))
    -2 * sum(outcome * linear - pmax(linear, 0) - log1p(exp(-abs(linear))))
  }
  found <- optim(start[-position], free, method = "BFGS", control = list(reltol = 1e-15, maxit = 5000))
  optim(found$par, free, method = "BFGS", control = list(reltol = 1e-16, maxit = 5000))$value
}

# Columns of mean 0 and spread 1, for the searches.
standard <- function(design) cbind(1, scale(design[, -1]))
spreads <- function(design) c(1, apply(design[, -1], 2, sd))

maximum_likelihood <- function(set) {
  fit <- glm(set$formula, binomial, set$frame, control = PRECISE)
  table <- summary(fit)$coefficients
  scale <- spreads(model.matrix(fit))
  design <- standard(model.matrix(fit))
  start <- coef(glm.fit(design, fit$y, family = binomial(), control = PRECISE))
  lapply(setNames(seq_along(scale)[-1], rownames(table)[-1]), function(position) {
    excess <- function(value) {
      held_deviance(value, position, start, design, fit$y) - fit$deviance - qchisq(0.95, 1)
    }
    found <- limits(excess, start[[position]], table[position, 2] * scale[[position]])
    list(coef = table[position, 1], se = table[position, 2], p = table[position, 4],
      low = found$low / scale[[position]], high = found$high / scale[[position]])
  })
}

penalised_deviance <- function(coefficients, design, outcome) {
  linear <- drop(design %*% coefficients)
  weight <- plogis(linear) * plogis(-linear)
  information <- crossprod(design, design * weight)
  -2 * sum(outcome * linear - log1p(exp(linear))) - as.numeric(determinant(information)$modulus)
}

# The penalty keeps the column whose coefficient is held, as in logistf.
penalised_held <- function(value, position, start, design, outcome) {
  free <- function(others) penalised_deviance(append(others, value, position - 1), design, outcome)
  found <- optim(start[-position], free, method = "BFGS", control = list(reltol = 1e-15, maxit = 5000))
  found <- optim(found$par, free, method = "BFGS", control = list(reltol = 1e-16, maxit = 5000))
  found$value
}

# brglm2 gives the estimate; the covariates are standardised for the search only.
firth <- function(set) {
  fit <- glm(set$formula, binomial, set$frame, method = brglm2::brglmFit, type = "AS_mean", epsilon = 1e-13,
    maxit = 1000)
  design <- model.matrix(fit)
  scale <- spreads(design)
  design <- standard(design)
  best <- optim(coef(fit) * scale, penalised_deviance, design = design, outcome = fit$y, method = "BFGS",
    control = list(reltol = 1e-16, maxit = 5000))
  se <- summary(fit)$coefficients[, 2] * scale
  lapply(setNames(seq_along(scale)[-1], names(coef(fit))[-1]), function(position) {
    loss <- function(value) penalised_held(value, position, best$par, design, fit$y) - best$value
    found <- limits(function(value) loss(value) - qchisq(0.95, 1), best$par[position], se[position])
    list(coef = coef(fit)[[position]], p = pchisq(loss(0), 1, lower.tail = FALSE),
      low = found$low / scale[[position]], high = found$high / scale[[position]])
  })
}

# The curve over the first covariate, the others held at their medians.
curve <- function(set) {
  fit <- glm(set$formula, binomial, set$frame, control = PRECISE)
  names <- all.vars(set$formula)[-1]
  held <- lapply(set$frame[setdiff(names, set$first)], median)
  values <- unname(quantile(set$frame[[set$first]], c(0.1, 0.5, 0.9)))
  points <- data.frame(setNames(list(values), set$first), held)
  found <- predict(fit, points, se.fit = TRUE)
  list(over = set$first, values = values, held = held, estimate = plogis(found$fit),
    low = plogis(found$fit - qnorm(0.975) * found$se.fit), high = plogis(found$fit + qnorm(0.975) * found$se.fit))
}

# One covariate bent, by a restricted cubic spline with three knots or a square, the others kept.
bent <- function(set) {
  x <- set$frame[[set$first]]
  knots <- quantile(x, c(0.1, 0.5, 0.9))
  term <- drop(Hmisc::rcspline.eval(x, knots = knots, norm = 2, inclx = FALSE))
  straight <- glm(set$formula, binomial, set$frame, control = PRECISE)
  test <- function(extra) {
    frame <- cbind(set$frame, extra = extra)
    found <- anova(straight, update(straight, . ~ . + extra, data = frame), test = "LRT")
    list(deviance = found$Deviance[2], p = found[["Pr(>Chi)"]][2])
  }
  list(knots = unname(knots), first_terms = head(unname(term), 5), spline = test(term), square = test(x^2))
}

performance <- function(set) {
  outcome <- set$frame[[all.vars(set$formula)[1]]]
  fit <- glm(outcome ~ set$frame[[set$first]], family = binomial, control = PRECISE)
  one <- function(p) {
    calibrated <- glm(outcome ~ qlogis(p), family = binomial, control = PRECISE)
    in_the_large <- glm(outcome ~ offset(qlogis(p)), family = binomial, control = PRECISE)
    pairs <- outer(p[outcome == 1], p[outcome == 0], "-")
    list(c = mean((pairs > 0) + (pairs == 0) / 2), brier = mean((p - outcome)^2),
      intercept = coef(calibrated)[[1]], slope = coef(calibrated)[[2]], in_the_large = coef(in_the_large)[[1]],
      val_prob = as.list(rms::val.prob(p, outcome, pl = FALSE)[c("C (ROC)", "Brier", "Intercept", "Slope")]))
  }
  list(covariate = set$first, fitted = one(unname(fitted(fit))),
    wrong = one(plogis(0.5 + 2 * qlogis(unname(fitted(fit))))))
}

# Firth's slopes with the intercept that makes the mean probability the observed share (logistf's FLIC).
flic <- function(set) {
  fit <- glm(set$formula, binomial, set$frame, method = brglm2::brglmFit, type = "AS_mean", epsilon = 1e-13,
    maxit = 1000)
  slopes <- coef(fit)[-1]
  linear <- drop(model.matrix(fit)[, -1] %*% slopes)
  c(list(intercept = coef(glm(fit$y ~ offset(linear), family = binomial, control = PRECISE))[[1]]), as.list(slopes))
}

selection <- function(set) {
  full <- glm(set$formula, binomial, set$frame, control = PRECISE)
  names <- all.vars(set$formula)[-1]
  chosen <- step(full, direction = "backward", trace = 0)
  list(kept = I(attr(terms(chosen), "term.labels")),
    p = as.list(setNames(drop1(full, test = "LRT")[["Pr(>Chi)"]][-1], names)))
}

regression <- function() {
  sets <- logistic_sets()
  list(
    logistic = lapply(sets, maximum_likelihood),
    firth = lapply(sets, firth),
    curve = lapply(sets, curve),
    prediction = lapply(sets, function(set) {
      c(performance(set), list(bent = bent(set), selection = selection(set), flic = flic(set)))
    })
  )
}
