# Differences of two shares by score, exact tests, weighting, E-values. Debian has no package for the first
# two: the formulas are written out, and give what ratesci, exact2x2 and Exact gave in r_reference.json.

difference_tables <- list(
  t_7_34_1_34 = c(7, 34, 1, 34), t_0_10_4_12 = c(0, 10, 4, 12), t_15_20_9_25 = c(15, 20, 9, 25),
  t_0_9_0_14 = c(0, 9, 0, 14), t_8_8_3_11 = c(8, 8, 3, 11), t_30_60_20_55 = c(30, 60, 20, 55)
)

# The share of the second arm that is most likely when the first is larger by delta (one table).
held_share <- function(x, n, y, m, delta) {
  loss <- function(q) -(dbinom(x, n, pmin(pmax(q + delta, 0), 1), log = TRUE) + dbinom(y, m, q, log = TRUE))
  optimize(loss, c(max(0, -delta), min(1, 1 - delta)), tol = 1e-13)$minimum
}

score <- function(x, n, y, m, delta, correction = 1) {
  q <- held_share(x, n, y, m, delta)
  p <- q + delta
  variance <- (p * (1 - p) / n + q * (1 - q) / m) * correction
  apart <- x / n - y / m - delta
  if (abs(apart) < 1e-12) 0 else apart / sqrt(max(variance, 1e-300))
}

miettinen_nurminen <- function(v) {
  correction <- (v[2] + v[4]) / (v[2] + v[4] - 1)
  estimate <- v[1] / v[2] - v[3] / v[4]
  excess <- function(delta, side) score(v[1], v[2], v[3], v[4], delta, correction) + side * qnorm(0.975)
  one <- function(side) {
    end <- side * (1 - 1e-9)
    if (side * excess(end, side) > 0) return(side)
    uniroot(excess, sort(c(estimate, end)), side = side, tol = 1e-12)$root
  }
  c(one(-1), one(1))
}

# Chan and Zhang's limits: the score orders the tables, the nuisance share is the worst of a grid.
exact_tail <- function(v, delta, side) {
  grid <- expand.grid(x = 0:v[2], y = 0:v[4])
  value <- mapply(function(x, y) score(x, v[2], y, v[4], delta), grid$x, grid$y)
  observed <- score(v[1], v[2], v[3], v[4], delta)
  extreme <- grid[side * value <= side * observed + 1e-7, ]
  q <- seq(max(0, -delta), min(1, 1 - delta), length.out = 2001)
  max(colSums(outer(extreme$x, q, function(x, q) dbinom(x, v[2], pmin(pmax(q + delta, 0), 1))) *
    outer(extreme$y, q, function(y, q) dbinom(y, v[4], q))))
}

exact_limits <- function(v) {
  estimate <- v[1] / v[2] - v[3] / v[4]
  one <- function(side) {
    end <- side * (1 - 1e-6)
    if (exact_tail(v, end, side) > 0.025) return(side)
    inside <- estimate; outside <- end
    for (step in 1:24) {
      middle <- (inside + outside) / 2
      if (exact_tail(v, middle, side) > 0.025) inside <- middle else outside <- middle
    }
    inside
  }
  c(one(-1), one(1))
}

barnard <- function(v) {
  grid <- expand.grid(x = 0:v[2], y = 0:v[4])
  z <- function(x, y) {
    pooled <- (x + y) / (v[2] + v[4])
    variance <- pooled * (1 - pooled) * (1 / v[2] + 1 / v[4])
    ifelse(variance > 0, abs(x / v[2] - y / v[4]) / sqrt(variance), 0)
  }
  extreme <- grid[z(grid$x, grid$y) >= z(v[1], v[3]) - 1e-9, ]
  one <- function(p) sum(dbinom(extreme$x, v[2], p) * dbinom(extreme$y, v[4], p))
  p <- seq(0, 1, length.out = 2001)
  best <- p[which.max(sapply(p, one))]
  min(1, optimize(one, pmin(pmax(best + c(-1, 1) / 2000, 0), 1), maximum = TRUE, tol = 1e-12)$objective)
}

difference <- function(v) {
  list(v = v, mn = miettinen_nurminen(v), uncond_score = if (v[2] + v[4] < 60) exact_limits(v) else NA,
    zpooled = barnard(v))
}

overlap <- function() {
  frame <- data("pbc_overlap")
  fit <- glm(z ~ age + bili + albumin + edema, binomial, frame, control = list(epsilon = 1e-14, maxit = 100))
  weight <- ifelse(frame$z == 1, 1 - fitted(fit), fitted(fit))
  arm <- function(z) {
    w <- weight[frame$z == z]
    list(mean = weighted.mean(frame$y[frame$z == z], w), effective_size = sum(w)^2 / sum(w^2))
  }
  one <- arm(1); zero <- arm(0)
  list(coef = as.list(coef(fit)), arm_1 = one, arm_0 = zero, difference = one$mean - zero$mean)
}

e_value <- function(ratio) {
  ratio <- ifelse(ratio < 1, 1 / ratio, ratio)
  ratio + sqrt(ratio * (ratio - 1))
}

comparisons <- function() {
  list(efficacy = list(
    tables = lapply(difference_tables, difference),
    overlap = overlap(),
    e_values = list(
      list(ratio = 0.8, low = 0.71, high = 0.91, e_value = e_value(0.8), e_value_limit = e_value(0.91)),
      list(ratio = 3.9, low = 1.8, high = 8.7, e_value = e_value(3.9), e_value_limit = e_value(1.8)),
      list(ratio = 1.25, low = 0.9, high = 1.7, e_value = e_value(1.25), e_value_limit = 1)
    )
  ))
}
