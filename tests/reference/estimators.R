# R's counterpart of each estimator, by the estimator's module and name: agreement.py runs
#   Rscript estimators.R sets.json figures.json
# once for all data sets. A set is the arguments of the estimator; a function returns named figures. What raises
# an error, and a figure that is not a finite number, does not exist in R.
suppressPackageStartupMessages({
  library(survival)
  library(jsonlite)
})

Z <- qnorm(0.975)
interval <- function(estimate, limits, p = NULL) {
  c(estimate = unname(estimate), ci_low = limits[[1]], ci_high = limits[[2]], if (!is.null(p)) c(p_value = unname(p)))
}

# Shares of one arm and of two ---------------------------------------------------------------------------------

proportions.wilson <- function(s) {
  interval(s$events / s$n, prop.test(s$events, s$n, correct = FALSE)$conf.int)
}

proportions.newcombe_difference <- function(s) {
  one <- prop.test(s$events_1, s$n_1, correct = FALSE)$conf.int
  zero <- prop.test(s$events_0, s$n_0, correct = FALSE)$conf.int
  r <- c(s$events_1 / s$n_1, s$events_0 / s$n_0)
  d <- r[1] - r[2]
  interval(d, c(d - sqrt((r[1] - one[1])^2 + (zero[2] - r[2])^2), d + sqrt((one[2] - r[1])^2 + (r[2] - zero[1])^2)))
}

table_of <- function(s) matrix(c(s$events_1, s$n_1 - s$events_1, s$events_0, s$n_0 - s$events_0), 2)

proportions.pearson_chi_square <- function(s) {
  found <- chisq.test(table_of(s), correct = FALSE)
  c(estimate = found$statistic[[1]], p_value = found$p.value)
}

homogeneity.zelen <- function(s) {
    strata <- matrix(unlist(s$tables), ncol = 4, byrow = TRUE)
    each <- lapply(seq_len(nrow(strata)), function(k) 0:strata[k, 2])
    counts <- as.matrix(expand.grid(each))
    chance <- rep(1, nrow(counts))
    for (k in seq_len(nrow(strata))) {
        events <- strata[k, 1] + strata[k, 3]
        chance <- chance * dhyper(counts[, k], events, strata[k, 2] + strata[k, 4] - events, strata[k, 2])
    }
    kept <- rowSums(counts) == sum(strata[, 1])
    chance <- chance[kept] / sum(chance[kept])
    if (sum(chance > 0) < 2) return(c(estimate = NA, p_value = NA))
    observed <- chance[apply(counts[kept, , drop = FALSE], 1, function(row) all(row == strata[, 1]))]
    c(estimate = observed, p_value = sum(chance[chance <= observed * (1 + 1e-7)]))
}
proportions.fisher_exact <- function(s) c(estimate = s$events_1, p_value = fisher.test(table_of(s))$p.value)

# The largest probability, over the common rate, of the tables in a tail: a grid, then the best place between.
worst_tail <- function(tail, s) {
  x <- 0:s$n_1; y <- 0:s$n_0
  one <- function(p) drop(dbinom(x, s$n_1, p) %*% tail %*% dbinom(y, s$n_0, p))
  p <- seq(0, 1, length.out = 1001)
  value <- colSums(outer(x, p, dbinom, size = s$n_1) * (tail %*% outer(y, p, dbinom, size = s$n_0)))
  if (max(value) > 1 - 1e-12) return(1)
  around <- which(value > max(value) - 1e-4 & value >= c(0, value[-1001]) & value >= c(value[-1], 0))
  best <- sapply(around, function(i) {
    optimize(one, p[c(max(i - 1, 1), min(i + 1, 1001))], maximum = TRUE, tol = 1e-10)$objective
  })
  min(1, max(best, value))
}

proportions.boschloo <- function(s) {
  found <- sapply(c("greater", "less"), function(side) {
    fisher <- outer(0:s$n_1, 0:s$n_0, function(x, y) {
      if (side == "greater") phyper(x - 1, s$n_1, s$n_0, x + y, lower.tail = FALSE) else phyper(x, s$n_1, s$n_0, x + y)
    })
    observed <- fisher[s$events_1 + 1, s$events_0 + 1]
    c(observed, worst_tail(fisher <= observed * (1 + 1e-9), s))
  })
  c(estimate = min(found[1, ]), p_value = min(1, 2 * min(found[2, ])))
}

pooled_z <- function(s) {
  outer(0:s$n_1, 0:s$n_0, function(x, y) {
    pooled <- (x + y) / (s$n_1 + s$n_0)
    variance <- pooled * (1 - pooled) * (1 / s$n_1 + 1 / s$n_0)
    ifelse(variance > 0, (x / s$n_1 - y / s$n_0) / sqrt(variance), 0)
  })
}

score_intervals.suissa_shuster <- function(s) {
  z <- pooled_z(s)
  observed <- z[s$events_1 + 1, s$events_0 + 1]
  c(estimate = observed, p_value = worst_tail(abs(z) >= abs(observed) - 1e-9, s))
}

# The rate of the second arm that is most likely when the first is larger by delta: the root of the score, whose
# slope is negative, by halving; for vectors of tables.
held_rate <- function(x, n, y, m, delta) {
  low <- rep(max(0, -delta), length(x)); high <- rep(min(1, 1 - delta), length(x))
  part <- function(k, n, p) ifelse(k > 0, k / p, 0) - ifelse(k < n, (n - k) / (1 - p), 0)
  for (step in 1:60) {
    middle <- (low + high) / 2
    rising <- part(x, n, middle + delta) + part(y, m, middle) > 0
    low <- ifelse(rising, middle, low); high <- ifelse(rising, high, middle)
  }
  (low + high) / 2
}

score_of <- function(x, n, y, m, delta) {
  q <- held_rate(x, n, y, m, delta)
  p <- pmin(pmax(q + delta, 0), 1)
  apart <- x / n - y / m - delta
  ifelse(abs(apart) < 1e-12, 0, apart / sqrt(p * (1 - p) / n + q * (1 - q) / m))
}

score_intervals.score <- function(s) c("0" = score_of(s$events_1, s$n_1, s$events_0, s$n_0, s$difference))

score_intervals.miettinen_nurminen <- function(s) {
  larger <- sqrt((s$n_1 + s$n_0) / (s$n_1 + s$n_0 - 1))
  d <- s$events_1 / s$n_1 - s$events_0 / s$n_0
  excess <- function(delta) abs(score_of(s$events_1, s$n_1, s$events_0, s$n_0, delta)) / larger - Z
  one <- function(side) {
    end <- side * (1 - 1e-9)
    if (side * (end - d) <= 0 || excess(end) < 0) return(side)
    uniroot(excess, sort(c(d, end)), tol = 1e-13)$root
  }
  interval(d, c(one(-1), one(1)))
}

# Chan and Zhang's lower limit, by brute force: the tail of the score, the nuisance rate the worst of a grid, at
# differences 1/250 apart from below; then halving in the step in which the first is not rejected.
exact_lower <- function(s) {
  x <- rep(0:s$n_1, s$n_0 + 1); y <- rep(0:s$n_0, each = s$n_1 + 1)
  tail_of <- function(delta) {
    value <- score_of(x, s$n_1, y, s$n_0, delta)
    observed <- score_of(s$events_1, s$n_1, s$events_0, s$n_0, delta)
    extreme <- matrix(value >= observed - 1e-9, s$n_1 + 1)
    q <- seq(max(0, -delta), min(1, 1 - delta), length.out = 401)
    p <- pmin(pmax(q + delta, 0), 1)
    max(colSums(outer(0:s$n_1, p, dbinom, size = s$n_1) * (extreme %*% outer(0:s$n_0, q, dbinom, size = s$n_0))))
  }
  places <- seq(-1 + 1e-9, 1 - 1e-9, length.out = 501)
  first <- Position(function(delta) tail_of(delta) > 0.025, places)
  if (first == 1) return(-1)
  ends <- places[c(first - 1, first)]
  for (step in 1:25) {
    middle <- mean(ends)
    ends[1 + (tail_of(middle) > 0.025)] <- middle
  }
  mean(ends)
}

score_intervals.exact_difference <- function(s) {
  exchanged <- list(events_1 = s$events_0, n_1 = s$n_0, events_0 = s$events_1, n_0 = s$n_1)
  interval(s$events_1 / s$n_1 - s$events_0 / s$n_0, c(exact_lower(s), -exact_lower(exchanged)))
}

bayes.posterior_difference <- function(s) {
  a <- s$prior_1 + c(s$events_1, s$n_1 - s$events_1); b <- s$prior_0 + c(s$events_0, s$n_0 - s$events_0)
  # Over the quantiles of the second rate the integrand is bounded, whatever the prior.
  below <- function(d) {
    integrand <- function(u) pbeta(qbeta(u, b[1], b[2]) + d, a[1], a[2])
    cuts <- c(0, 1e-6, 1e-3, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999, 1 - 1e-6, 1)
    sum(mapply(function(from, to) integrate(integrand, from, to, rel.tol = 1e-11, subdivisions = 2000, stop.on.error = FALSE)$value,
      cuts[-11], cuts[-1]))
  }
  limit <- function(share) uniroot(function(d) below(d) - share, c(-1, 1), tol = 1e-11)$root
  c("0" = interval(a[1] / sum(a) - b[1] / sum(b), c(limit(0.025), limit(0.975))), "1.estimate" = 1 - below(0))
}

confounding.risk_ratio <- function(s) {
  found <- epitools::riskratio.wald(table_of(s)[2:1, 2:1] |> t())$measure[2, ]
  interval(found[[1]], found[2:3])
}

confounding.e_values <- function(s) {
  one <- function(ratio) {
    ratio <- max(ratio, 1 / ratio)
    ratio + sqrt(ratio * (ratio - 1))
  }
  found <- s$ratio
  limit <- if (is.null(found$ci_low)) NA else if (found$estimate < 1) min(found$ci_high, 1) else max(found$ci_low, 1)
  c("0.estimate" = one(found$estimate), "1.estimate" = if (is.na(limit)) NA else one(limit))
}

contrasts.difference <- function(s) {
  one <- proportions.newcombe_difference(s$first); two <- proportions.newcombe_difference(s$second)
  d <- one[[1]] - two[[1]]
  interval(d, c(d - sqrt((one[[1]] - one[[2]])^2 + (two[[3]] - two[[1]])^2), d + sqrt((one[[3]] - one[[1]])^2 + (two[[1]] - two[[2]])^2)))
}

adjusted <- function(s, method) setNames(p.adjust(s$p_values, method), seq_along(s$p_values) - 1)
multiplicity.benjamini_hochberg <- function(s) adjusted(s, "BH")
multiplicity.holm <- function(s) adjusted(s, "holm")

# Samples of numbers -------------------------------------------------------------------------------------------

quantiles.quantile <- function(s) {
  c(estimate = quantile(s$values, s$q, type = s$kind, names = FALSE))
}
quantiles.median <- function(s) c(estimate = median(s$values))

# 8.3 - 5.1 and 3.2 are one value: noise would break ties.
tidied <- function(x) round(x, 10)

ranks.mann_whitney <- function(s) {
  found <- wilcox.test(tidied(s$x), tidied(s$y), exact = FALSE, correct = FALSE)
  c(estimate = found$statistic[[1]], p_value = found$p.value)
}

ranks.mann_whitney_exact <- function(s) {
  u <- sum(outer(s$x, s$y, ">") + outer(s$x, s$y, "==") / 2)
  # exactRankTests cuts the two-sided tail of unequal samples with ties too short.
  frame <- data.frame(value = c(s$x, s$y), sample = factor(rep(1:2, c(length(s$x), length(s$y)))))
  found <- coin::wilcox_test(value ~ sample, frame, distribution = "exact")
  c(estimate = u, p_value = as.numeric(coin::pvalue(found)))
}

ranks.signed_rank <- function(s) {
  found <- wilcox.test(tidied(s$after - s$before), exact = FALSE, correct = FALSE)
  c(estimate = found$statistic[[1]], p_value = found$p.value)
}

ranks.signed_rank_exact <- function(s) {
  d <- tidied(s$after - s$before)
  d <- d[d != 0]
  c(estimate = sum(rank(abs(d))[d > 0]), p_value = exactRankTests::wilcox.exact(d, exact = TRUE)$p.value)
}

# The median of the values and the order statistics of the given rank; none below rank 1.
shift <- function(values, rank) {
  values <- sort(values)
  interval(median(values), if (rank < 1) c(NA, NA) else values[c(rank, length(values) + 1 - rank)])
}

walsh <- function(d) outer(d, d, "+")[lower.tri(diag(length(d)), diag = TRUE)] / 2
ranks.hodges_lehmann_paired <- function(s) {
  shift(walsh(tidied(s$after - s$before)), qsignrank(0.025, length(s$before)))
}

ranks.hodges_lehmann_two_sample <- function(s) {
  shift(outer(s$x, s$y, "-"), qwilcox(0.025, length(s$x), length(s$y)))
}

log_ratios.fold_change <- function(s) {
  positive <- s$before > 0 & s$after > 0
  d <- log(s$after[positive]) - log(s$before[positive])
  exp(shift(walsh(d), qsignrank(0.025, length(d))))
}

log_ratios.ratio_of_ratios <- function(s) {
  x <- log(s$x[s$x > 0]); y <- log(s$y[s$y > 0])
  exp(shift(outer(x, y, "-"), qwilcox(0.025, length(x), length(y))))
}

correlation.spearman <- function(s) {
  found <- cor.test(s$x, s$y, method = "spearman", exact = FALSE, continuity = FALSE)
  rho <- found$estimate[[1]]
  half <- Z * sqrt((1 + rho^2 / 2) / (length(s$x) - 3))
  interval(rho, tanh(atanh(rho) + c(-half, half)), found$p.value)
}

balance.standardised_difference <- function(s) {
  c(estimate = (mean(s$x) - mean(s$y)) / sqrt((var(s$x) + var(s$y)) / 2))
}

# The Mahalanobis distance of the shares, one level left out.
balance.standardised_difference_of_shares <- function(s) {
  levels <- sort(unique(c(s$x, s$y)))
  share <- sapply(list(s$x, s$y), function(v) table(factor(v, levels)) / length(v))
  share <- matrix(share, length(levels))[-1, , drop = FALSE]
  covariance <- Reduce("+", lapply(1:2, function(i) diag(share[, i], nrow(share)) - tcrossprod(share[, i]))) / 2
  apart <- share[, 1] - share[, 2]
  c(estimate = sqrt(drop(apart %*% solve(covariance, apart))))
}

# Time to an event ---------------------------------------------------------------------------------------------

# One row a time, in columns: the names are "column.row", as agreement.py flattens our tables.
columns <- function(...) {
  table <- list(...)
  unlist(lapply(names(table), function(name) setNames(table[[name]], paste0(name, ".", seq_along(table[[name]]) - 1))))
}

log_log <- function(s, ...) survfit(Surv(s$months, s$event) ~ 1, conf.type = "log-log", ...)

survival.kaplan_meier_curve <- function(s) {
  fit <- survfit0(log_log(s))
  columns(month = fit$time, estimate = fit$surv, ci_low = fit$lower, ci_high = fit$upper, n_at_risk = fit$n.risk,
    n_events = fit$n.event, n_censored = fit$n.censor)
}

survival.kaplan_meier_at <- function(s) {
  fit <- log_log(s)
  found <- summary(fit, times = s$time, extend = min(fit$surv) == 0)
  interval(found$surv, c(found$lower, found$upper))
}

# What survfit prints. Where a curve ends at one half, its quantile() takes the middle up to the last follow-up instead.
median_of <- function(fit) {
  found <- summary(fit)$table
  interval(found[["median"]], found[c("0.95LCL", "0.95UCL")])
}

survival.median_time <- function(s) median_of(log_log(s))

survival.reverse_kaplan_meier_median <- function(s) {
  median_of(survfit(Surv(s$months, 1 - s$event) ~ 1, conf.type = "log-log"))
}

survival.number_at_risk <- function(s) setNames(colSums(outer(s$months, s$times, ">=")), seq_along(s$times) - 1)

rank_test <- function(s, rho) {
  found <- survdiff(Surv(s$months, s$event) ~ s$group, rho = rho)
  if (found$var[1, 1] == 0) stop("no variance")
  c(estimate = found$chisq, p_value = pchisq(found$chisq, 1, lower.tail = FALSE))
}

log_rank.log_rank <- function(s) rank_test(s, 0)

# Fleming and Harrington's weights, written out; survdiff has those with late = 0.
log_rank.weighted_log_rank <- function(s) {
  if (s$late == 0) return(rank_test(s, s$early))
  fit <- survfit(Surv(s$months, s$event) ~ 1)
  at <- fit$time[fit$n.event > 0]
  before <- c(1, fit$surv)[match(at, fit$time)]
  weight <- before^s$early * (1 - before)^s$late
  count <- function(chosen) sapply(at, function(t) sum(chosen(t)))
  n <- count(function(t) s$months >= t); one <- count(function(t) s$months >= t & s$group == 1)
  d <- count(function(t) s$months == t & s$event == 1)
  observed <- count(function(t) s$months == t & s$event == 1 & s$group == 1)
  variance <- sum((weight^2 * d * (one / n) * (1 - one / n) * (n - d) / (n - 1))[n > 1])
  if (variance < 1e-12) stop("no variance")
  chisq <- sum(weight * (observed - d * one / n))^2 / variance
  c(estimate = chisq, p_value = pchisq(chisq, 1, lower.tail = FALSE))
}

log_rank.mantel_byar <- function(s) {
  if (length(unique(s$exposed)) < 2) stop("one state")
  fit <- coxph(Surv(s$start, s$stop, s$event) ~ s$exposed, ties = "exact", iter.max = 0)
  if (fit$var[1, 1] == 0 || !is.finite(fit$var[1, 1])) stop("no information")
  c(estimate = fit$score, p_value = pchisq(fit$score, 1, lower.tail = FALSE))
}

PRECISELY <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100)

# coxph warns where the coefficient runs off.
cox <- function(response, covariate, ...) {
  tryCatch(coxph(response ~ covariate, control = PRECISELY, ...), warning = function(w) stop("no maximum"))
}

hazard_ratio <- function(fit) {
  if (is.na(coef(fit))) stop("no coefficient")
  interval(exp(coef(fit)), exp(confint(fit)), summary(fit)$coefficients[1, "Pr(>|z|)"])
}

cox.cox_hazard_ratio <- function(s) hazard_ratio(cox(Surv(s$months, s$event), s$covariate))

cox.time_dependent_hazard_ratio <- function(s) hazard_ratio(cox(Surv(s$start, s$stop, s$event), s$covariate))

cox.proportional_hazards <- function(s) {
  found <- cox.zph(cox(Surv(s$months, s$event), s$covariate), transform = "km")$table[1, ]
  c(estimate = found[["chisq"]], p_value = found[["p"]])
}

entered <- function(s) survfit(Surv(s$start, s$stop, s$event) ~ 1, conf.type = "log-log")

# R has a row at each entry too; ours are the first entry and the ends.
survival.delayed_entry_curve <- function(s) {
  fit <- entered(s)
  months <- sort(unique(c(min(s$start), s$stop)))
  place <- findInterval(months, fit$time)
  at <- function(values, first) c(first, values)[place + 1]
  columns(month = months, estimate = at(fit$surv, 1), ci_low = at(fit$lower, NA), ci_high = at(fit$upper, NA),
    n_at_risk = sapply(months, function(t) sum(s$start < t & s$stop >= t)),
    n_events = sapply(months, function(t) sum(s$stop == t & s$event == 1)),
    n_censored = sapply(months, function(t) sum(s$stop == t & s$event == 0)))
}

survival.delayed_entry_at <- function(s) {
  fit <- entered(s)
  if (s$time < min(s$start)) stop("before the first entry")
  if (s$time > max(s$stop) && min(fit$surv) > 0) stop("after the last follow-up")
  place <- findInterval(s$time, fit$time)
  if (place == 0) return(c(estimate = 1, ci_low = NA, ci_high = NA))
  interval(fit$surv[place], c(fit$lower[place], fit$upper[place]))
}

survival.number_at_risk_after_entry <- function(s) {
  setNames(sapply(s$times, function(t) sum(s$start < t & s$stop >= t)), seq_along(s$times) - 1)
}

# Aalen-Johansen with the limits that are symmetric on the scale log(-log).
incidence <- function(s) {
  status <- factor(ifelse(s$cause == "censored", 0, ifelse(s$cause == s$of, 1, 2)), 0:2)
  fit <- survfit0(survfit(Surv(s$months, status) ~ 1))
  state <- match("1", fit$states)
  value <- fit$pstate[, state]
  width <- Z * fit$std.err[, state] / (value * log(value))
  list(month = fit$time, estimate = value, ci_low = value^exp(-width), ci_high = value^exp(width),
    left = fit$pstate[, match("(s0)", fit$states)])
}

competing.cumulative_incidence_curve <- function(s) {
  found <- incidence(s)
  columns(month = found$month, estimate = found$estimate, ci_low = found$ci_low, ci_high = found$ci_high,
    n_at_risk = sapply(found$month, function(t) sum(s$months >= t)),
    n_events = sapply(found$month, function(t) sum(s$months == t & s$cause == s$of)))
}

competing.cumulative_incidence_at <- function(s) {
  found <- incidence(s)
  if (s$time > max(s$months) && min(found$left) > 1e-9) stop("after the last follow-up")
  place <- findInterval(s$time, found$month)
  interval(found$estimate[place], c(found$ci_low[place], found$ci_high[place]))
}

competing.gray_test <- function(s) {
  if (length(unique(s$group)) < 2) stop("one group")
  code <- ifelse(s$cause == "censored", 0, ifelse(s$cause == s$of, 1, 2))
  found <- cmprsk::cuminc(s$months, code, s$group)$Tests["1", ]
  if (found[["stat"]] < 0) stop("singular")
  c(estimate = found[["stat"]], p_value = found[["pv"]])
}

# survfit's own area and Greenwood variance, which survRM2 uses too.
mean_time <- function(months, event, horizon) {
  fit <- survfit(Surv(months, event) ~ 1)
  if (max(months) < horizon && min(fit$surv) > 0) stop("after the last follow-up")
  if (horizon <= min(months)) return(c(horizon, 0))
  summary(fit, rmean = horizon)$table[c("rmean", "se(rmean)")]
}

# A group without an event before the horizon has a variance that is unknown, not 0: no limits.
restricted_mean.restricted_mean <- function(s) {
  found <- mean_time(s$months, s$event, s$horizon)
  share <- found[[1]] / s$horizon
  half <- Z * found[[2]] / s$horizon / (share * (1 - share))
  interval(found[[1]], if (found[[2]] > 0) s$horizon * plogis(qlogis(share) + c(-half, half)) else c(NA, NA))
}

restricted_mean.restricted_mean_difference <- function(s) {
  arm <- function(g) mean_time(s$months[s$group == g], s$event[s$group == g], s$horizon)
  one <- arm(1); zero <- arm(0)
  d <- one[[1]] - zero[[1]]
  if (min(one[[2]], zero[[2]]) == 0) return(c(estimate = d))
  se <- sqrt(one[[2]]^2 + zero[[2]]^2)
  half <- Z * se / s$horizon / (1 - (d / s$horizon)^2)
  interval(d, s$horizon * tanh(atanh(d / s$horizon) + c(-half, half)), 2 * pnorm(-abs(d) / se))
}

# Limits that are symmetric on another scale.
restricted_mean.logit_limits <- function(s) {
  centre <- qlogis(s$estimate / s$most)
  slope <- 1 / s$estimate + 1 / (s$most - s$estimate)
  setNames(s$most * plogis(centre + c(-Z, Z) * s$error * slope), 0:1)
}

restricted_mean.fisher_limits <- function(s) {
  half <- Z * s$error / s$most / (1 - (s$estimate / s$most)^2)
  setNames(s$most * tanh(atanh(s$estimate / s$most) + c(-half, half)), 0:1)
}

curves.log_log_limits <- function(s) {
  centre <- log(-log(s$estimate))
  half <- ifelse(s$error > 0 & s$estimate > 0 & s$estimate < 1, abs(Z * s$error / (s$estimate * log(s$estimate))), NA)
  c(setNames(exp(-exp(centre + half)), paste0("0.", seq_along(half) - 1)),
    setNames(exp(-exp(centre - half)), paste0("1.", seq_along(half) - 1)))
}

# A yes or no and its covariates -------------------------------------------------------------------------------

PRECISE <- list(epsilon = 1e-14, maxit = 200)
framed <- function(s) data.frame(outcome = s$outcome, s$covariates)

# Columns of mean 0 and spread 1 behind the intercept, and the spreads; an error where there is no design.
design_of <- function(s) {
  frame <- as.data.frame(s$covariates)
  if (length(unique(s$outcome)) < 2) stop("the outcome does not vary")
  spread <- sapply(frame, sd)
  if (any(spread == 0)) stop("a covariate does not vary")
  x <- cbind(1, scale(frame))
  if (nrow(x) <= ncol(x)) stop("no more patients than coefficients")
  if (qr(x)$rank < ncol(x)) stop("collinear")
  list(x = x, y = s$outcome, spread = spread)
}

# Whether the outcome is separated: a direction exists along which no fitted odds worsen (linear programmes).
separated <- function(x, y) {
  signed <- x * ifelse(y == 1, 1, -1)
  signed <- signed / apply(abs(signed), 1, max)
  k <- ncol(x)
  # lpSolve knows no negative variables: the directions, in [-1, 1], are moved by 1.
  rows <- rbind(signed, diag(k)); sides <- c(rep(">=", nrow(x)), rep("<=", k)); bounds <- c(rowSums(signed), rep(2, k))
  reach <- function(j, way) abs(lpSolve::lp(way, replace(numeric(k), j, 1), rows, sides, bounds)$objval - 1)
  # A direction can be lengthened until it meets the box, so what stays well inside is rounding error.
  max(outer(seq_len(k), c("max", "min"), Vectorize(reach))) > 0.5
}

# Log-likelihood, with Firth's penalty (weight 1/2) or without; the penalty keeps all columns, as logistf does.
likelihood <- function(b, x, y, penalty) {
  linear <- drop(x %*% b)
  weight <- plogis(linear) * plogis(-linear)
  plain <- sum(y * linear - pmax(linear, 0) - log1p(exp(-abs(linear))))
  if (penalty == 0) plain else plain + penalty * as.numeric(determinant(crossprod(x, x * weight))$modulus)
}

slope_and_information <- function(b, x, y, penalty) {
  fitted <- plogis(drop(x %*% b))
  weight <- fitted * (1 - fitted)
  information <- crossprod(x, x * weight)
  residual <- y - fitted
  if (penalty > 0) residual <- residual + 2 * penalty * weight * rowSums((x %*% solve(information)) * x) * (0.5 - fitted)
  list(slope = drop(crossprod(x, residual)), information = information)
}

# Maximise over the free coefficients: quasi-Newton steps under the penalty, then scoring steps, halved until they gain.
climb <- function(x, y, penalty, start, free) {
  b <- start
  if (penalty > 0) {
    whole <- function(some) replace(b, free, some)
    found <- optim(b[free], function(some) -likelihood(whole(some), x, y, penalty),
      function(some) -slope_and_information(whole(some), x, y, penalty)$slope[free],
      method = "BFGS", control = list(reltol = 1e-15, maxit = 500))
    b <- whole(found$par)
  }
  best <- likelihood(b, x, y, penalty)
  for (iteration in 1:60) {
    at <- slope_and_information(b, x, y, penalty)
    step <- rep(0, length(b))
    step[free] <- solve(at$information[free, free], at$slope[free])
    step <- step * min(1, 5 / max(abs(step)))
    size <- 1
    while (size > 1e-8 && likelihood(b + size * step, x, y, penalty) < best - 1e-13 * abs(best)) size <- size / 2
    if (size <= 1e-8) break
    b <- b + size * step
    best <- likelihood(b, x, y, penalty)
    if (max(abs(step)) < 1e-10) break
  }
  list(b = b, value = best)
}

best_of <- function(x, y, penalty, starts, free) {
  found <- lapply(starts, function(start) tryCatch(climb(x, y, penalty, start, free), error = function(e) NULL))
  found <- Filter(function(one) !is.null(one) && is.finite(one$value), found)
  found[[which.max(sapply(found, `[[`, "value"))]]
}

# Odds ratio, profile limits and P value of each covariate. A limit is where the likelihood-ratio statistic first
# reaches the 95 % quantile of chi-square on the way out; none where it does not within 60 spreads.
odds_ratios <- function(s, penalty) {
  set <- design_of(s)
  k <- ncol(set$x)
  if (penalty == 0 && separated(set$x, set$y)) stop("separated")
  top <- best_of(set$x, set$y, penalty, list(rep(0, k)), seq_len(k))
  unlist(lapply(2:k, function(j) {
    kept <- top$b
    lost <- function(value) {
      starts <- lapply(list(kept, top$b, rep(0, k)), replace, j, value)
      found <- best_of(set$x, set$y, penalty, if (penalty == 0) starts[1] else starts, seq_len(k)[-j])
      kept <<- found$b
      2 * (top$value - found$value)
    }
    limit <- function(side) {
      kept <<- top$b
      places <- top$b[j] + side * c(1e-9, 2^seq(-3, 6, 0.5))
      for (i in 2:length(places)) {
        if (lost(places[i]) > qchisq(0.95, 1)) {
          return(uniroot(function(value) lost(value) - qchisq(0.95, 1), sort(places[i - 1:0]), tol = 1e-12)$root)
        }
      }
      NA
    }
    limits <- c(limit(-1), limit(1))
    weight <- plogis(drop(set$x %*% top$b)) * plogis(-drop(set$x %*% top$b))
    se <- sqrt(diag(solve(crossprod(set$x, set$x * weight))))[j]
    p <- if (penalty == 0) 2 * pnorm(-abs(top$b[j] / se)) else { kept <- top$b; pchisq(lost(0), 1, lower.tail = FALSE) }
    name <- names(s$covariates)[j - 1]
    figures <- c(exp(c(top$b[j], limits) / set$spread[j - 1]), p)
    setNames(figures, paste0(name, c(".estimate", ".ci_low", ".ci_high", ".p_value")))
  }))
}

logistic.logistic <- function(s) odds_ratios(s, 0)
logistic.firth_logistic <- function(s) odds_ratios(s, 0.5)

# Which coefficients are named depends on the linear programme; that there is one does not.
separation.separated <- function(s) {
  set <- design_of(s)
  c("0" = separated(set$x, set$y) + 0)
}

logistic.predicted_probability <- function(s) {
  set <- design_of(s)
  if (!s$penalised && separated(set$x, set$y)) stop("separated")
  k <- ncol(set$x)
  b <- best_of(set$x, set$y, s$penalised * 0.5, list(rep(0, k)), seq_len(k))$b
  points <- as.data.frame(c(setNames(list(s$values), s$over), s$held))[names(s$covariates)]
  points <- cbind(1, scale(points, sapply(s$covariates, mean), set$spread))
  weight <- plogis(drop(set$x %*% b)) * plogis(-drop(set$x %*% b))
  se <- sqrt(rowSums((points %*% solve(crossprod(set$x, set$x * weight))) * points))
  linear <- drop(points %*% b)
  c(setNames(s$values, paste0(s$over, ".", seq_along(s$values) - 1)), columns(estimate = plogis(linear),
    ci_low = plogis(linear - Z * se), ci_high = plogis(linear + Z * se)))
}

nonlinearity.knots_of <- function(s) setNames(quantile(s$values, c(0.1, 0.5, 0.9), names = FALSE), 0:2)

nonlinearity.spline_term <- function(s) {
  found <- Hmisc::rcspline.eval(s$values, knots = s$knots, norm = 2, inclx = FALSE)
  setNames(as.vector(found), seq_along(s$values) - 1)
}

bend <- function(values, shape, knots) {
  if (shape == "quadratic") return((values - knots[2])^2)
  as.vector(Hmisc::rcspline.eval(values, knots = knots, norm = 2, inclx = FALSE))
}

# The set with the bend as one covariate more; an error where the bent model does not exist.
bent <- function(s, shape) {
  x <- s$covariates[[s$over]]
  knots <- nonlinearity.knots_of(list(values = x))
  if (length(unique(knots)) < 3) stop("too few values")
  s$covariates$bend <- bend(x, shape, knots)
  set <- design_of(s)
  # A square of an outlier hides the others: columns in units of their middle half keep the digits.
  middle <- function(v) (v - median(v)) / if (IQR(v) > 0) IQR(v) else sd(v)
  set$x <- cbind(1, apply(as.data.frame(s$covariates), 2, middle))
  if (separated(set$x, set$y)) stop("separated")
  c(set, list(knots = knots, k = ncol(set$x)))
}

nonlinearity.nonlinearity <- function(s) {
  set <- bent(s, s$shape)
  fitted <- function(x) {
    fit <- glm.fit(x, set$y, family = binomial(), control = PRECISE)
    if (fit$converged) fit else stop("not converged")
  }
  chisq <- fitted(set$x[, -set$k])$deviance - fitted(set$x)$deviance
  c(estimate = chisq, p_value = pchisq(chisq, 1, lower.tail = FALSE))
}

nonlinearity.shaped_curve <- function(s) {
  bent(s, if (s$shape == "line") "spline" else s$shape)
  knots <- nonlinearity.knots_of(list(values = s$covariates[[s$over]]))
  points <- c(setNames(list(s$values), s$over), s$held)[names(s$covariates)]
  if (s$shape != "line") {
    points$bend <- bend(s$values, s$shape, knots)
    s$covariates$bend <- bend(s$covariates[[s$over]], s$shape, knots)
  }
  fit <- glm(outcome ~ ., binomial, framed(s), control = PRECISE)
  c(setNames(s$values, paste0(s$over, ".", seq_along(s$values) - 1)),
    columns(estimate = unname(predict(fit, as.data.frame(points), type = "response"))))
}

# Which covariates each rule chooses: 1 for those kept.
selection.selection <- function(s) {
  design_of(s)
  names <- names(s$covariates)
  model <- function(kept) glm(reformulate(c("1", kept), "outcome"), binomial, framed(s), control = PRECISE)
  chisq <- function(kept) sapply(kept, function(name) deviance(model(setdiff(kept, name))) - deviance(model(kept)))
  backward <- function(kept, least) {
    while (length(kept)) {
      found <- chisq(kept)
      if (min(found) > least) break
      kept <- setdiff(kept, kept[which.min(round(found, 6))])
    }
    kept
  }
  rules <- list(full_model = names[chisq(names) > qchisq(0.95, 1)], p_value = backward(names, qchisq(0.95, 1)), aic = backward(names, 2))
  unlist(lapply(rules, function(kept) setNames(as.numeric(names %in% kept), names)))
}

# The rows that a resample holds, in columns of mean 0 and spread 1 (by n) over all patients.
resample <- function(s) {
  rows <- rep(seq_along(s$counts), s$counts)
  spread <- function(v) sqrt(mean((v - mean(v))^2))
  frame <- as.data.frame(s$covariates)
  list(x = cbind(1, scale(frame, scale = sapply(frame, spread)))[rows, , drop = FALSE], y = s$outcome[rows])
}

resampled.fit <- function(s) {
  set <- resample(s)
  if (!s$penalised && separated(set$x, set$y)) {
    return(c(deviance = glm.fit(set$x, set$y, family = binomial(), control = PRECISE)$deviance))
  }
  k <- ncol(set$x)
  found <- best_of(set$x, set$y, if (s$penalised) 0.5 else 0, list(rep(0, k)), seq_len(k))
  c(deviance = -2 * found$value, setNames(found$b, paste0("coefficient.", seq_len(k) - 1)))
}

# Firth's slopes with the intercept that makes the mean probability the observed share (logistf's FLIC).
exact_mean <- function(x, y) {
  b <- best_of(x, y, 0.5, list(rep(0, ncol(x))), seq_len(ncol(x)))$b
  best_of(x, y, 0, list(replace(b, 1, 0)), 1)$b
}

resampled.firth_with_exact_mean <- function(s) {
  set <- resample(s)
  b <- exact_mean(set$x, set$y)
  setNames(b, seq_along(b) - 1)
}

concordance_of <- function(y, p) Hmisc::somers2(p, y)[["C"]]

calibrated <- function(y, p) {
  linear <- qlogis(p)
  if (diff(range(linear)) < 1e-9 || separated(cbind(1, linear), y)) return(c(NA, NA))
  unname(glm.fit(cbind(1, linear), y, family = binomial(), control = PRECISE)$coefficients)
}

prediction.performance <- function(s) {
  set <- design_of(s)
  p <- plogis(drop(set$x %*% exact_mean(set$x, set$y)))
  line <- calibrated(s$outcome, p)
  c(c_statistic_apparent.estimate = concordance_of(s$outcome, round(p, 9)), brier_apparent.estimate = mean((s$outcome - p)^2),
    calibration_intercept_apparent.estimate = line[1], calibration_slope_apparent.estimate = line[2])
}

cutoffs.largest_chi_square <- function(s) {
  found <- sapply(unique(s$values), function(cut) {
    above <- s$values > cut
    table <- table(factor(s$outcome[above], 0:1), factor(s$treated[above], 0:1))
    if (any(rowSums(table) == 0) || any(colSums(table) == 0)) NA else chisq.test(table, correct = FALSE)$statistic
  })
  if (all(is.na(found))) stop("no cut-off")
  c(estimate = max(found, na.rm = TRUE))
}

# Overlap weights ----------------------------------------------------------------------------------------------

propensity <- function(s) {
  set <- design_of(list(outcome = s$treated, covariates = s$covariates))
  if (separated(set$x, set$y)) stop("separated")
  fit <- glm.fit(set$x, set$y, family = binomial(), control = PRECISE)
  list(x = set$x, b = fit$coefficients, weight = ifelse(s$treated == 1, 1 - fit$fitted.values, fit$fitted.values))
}

weighting.overlap_weights <- function(s) {
  weight <- propensity(s)$weight
  setNames(weight, seq_along(weight) - 1)
}

weighting.effective_size <- function(s) {
  weight <- propensity(s)$weight[s$treated == 1]
  c(estimate = sum(weight)^2 / sum(weight^2))
}

weighting.balance <- function(s) {
  weight <- propensity(s)$weight
  one <- s$treated == 1; x <- s$covariates[[1]]
  if (min(sum(one), sum(!one)) < 2) stop("fewer than two patients in an arm")
  spread <- sqrt((var(x[one]) + var(x[!one])) / 2)
  c("0.estimate" = (mean(x[one]) - mean(x[!one])) / spread,
    "1.estimate" = (weighted.mean(x[one], weight[one]) - weighted.mean(x[!one], weight[!one])) / spread)
}

# The sandwich of the stacked equations of the propensity model and both rates, derivatives by numDeriv.
weighting.weighted_difference <- function(s) {
  model <- propensity(s)
  z <- s$treated; y <- s$outcome
  rates <- sapply(1:0, function(arm) weighted.mean(y[z == arm], model$weight[z == arm]))
  if (any(pmin(rates, 1 - rates) < 1e-12)) stop("the outcome does not vary within an arm")
  k <- ncol(model$x)
  equations <- function(theta) {
    e <- plogis(drop(model$x %*% theta[1:k]))
    cbind(model$x * (z - e), z * (1 - e) * (y - theta[k + 1]), (1 - z) * e * (y - theta[k + 2]))
  }
  theta <- c(model$b, rates)
  bread <- solve(numDeriv::jacobian(function(t) colSums(equations(t)), theta))
  variance <- bread %*% crossprod(equations(theta)) %*% t(bread)
  contrast <- c(rep(0, k), 1, -1)
  d <- rates[1] - rates[2]
  half <- Z * sqrt(drop(contrast %*% variance %*% contrast))
  interval(d, c(max(-1, d - half), min(1, d + half)))
}

# All sets -----------------------------------------------------------------------------------------------------

figures <- function(name, sets) {
  one <- get(name)
  started <- proc.time()[["elapsed"]]
  found <- lapply(sets, function(s) {
    tryCatch(as.list(suppressWarnings(one(s))), error = function(e) list(.error = conditionMessage(e)))
  })
  message(sprintf("R: %-45s %6.1f s", name, proc.time()[["elapsed"]] - started))
  found
}

paths <- commandArgs(TRUE)
sets <- fromJSON(paths[1], simplifyDataFrame = FALSE, simplifyMatrix = FALSE)
packages <- c("survival", "cmprsk", "coin", "exactRankTests", "epitools", "lpSolve", "Hmisc", "numDeriv")
found <- list(
  versions = c(R = as.character(getRversion()), sapply(packages, function(p) as.character(packageVersion(p)))),
  figures = Map(figures, names(sets), sets)
)
found$versions <- as.list(found$versions)
write_json(found, paths[2], auto_unbox = TRUE, digits = NA, na = "null", null = "null")
