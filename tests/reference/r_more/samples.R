# Shares, samples of numbers, ranks and families of P values.

tables <- list(
  fagerland = c(7, 34, 1, 34), zero_cell = c(0, 10, 4, 12), tea = c(3, 4, 1, 4), larger = c(15, 50, 4, 45),
  uneven = c(8, 10, 5, 21)
)

two_by_two <- function(v) {
  table <- matrix(c(v[1], v[2] - v[1], v[3], v[4] - v[3]), 2)
  wilson <- function(events, n) suppressWarnings(prop.test(events, n, correct = FALSE)$conf.int)
  one <- wilson(v[1], v[2]); zero <- wilson(v[3], v[4])
  rates <- c(v[1] / v[2], v[3] / v[4])
  below <- sqrt((rates[1] - one[1])^2 + (zero[2] - rates[2])^2)
  above <- sqrt((one[2] - rates[1])^2 + (rates[2] - zero[1])^2)
  pearson <- suppressWarnings(chisq.test(table, correct = FALSE))
  list(v = v, rate = rates[1], wilson = one[1:2], difference = rates[1] - rates[2],
    newcombe = rates[1] - rates[2] + c(-below, above), chi2 = pearson$statistic[[1]], chi2_p = pearson$p.value,
    fisher_p = fisher.test(table)$p.value)
}

# Two samples each: name of the comparison, first, second.
two_samples <- function() {
  pairs <- data("gehan_pairs21"); gehan <- data("gehan42"); mtcars <- data("mtcars32")
  birthwt <- data("birthwt189"); endometrial <- data("endometrial79")
  list(
    gehan_11v10 = list(x = pairs$mp6[1:11], y = pairs$control[12:21]),
    gehan42 = list(x = gehan$time[gehan$mp6 == 1], y = gehan$time[gehan$mp6 == 0]),
    mtcars32 = list(x = mtcars$mpg[mtcars$am == 1], y = mtcars$mpg[mtcars$am == 0]),
    birthwt189 = list(x = birthwt$lwt[birthwt$smoke == 1], y = birthwt$lwt[birthwt$smoke == 0]),
    endometrial79 = list(x = endometrial$EH[endometrial$HG == 1], y = endometrial$EH[endometrial$HG == 0])
  )
}

paired <- function() {
  pairs <- data("gehan_pairs21"); treg <- data("sim_treg11"); sleep <- data("sleep10")
  first <- head(data("endometrial79"), 12)
  list(
    gehan_pairs21 = list(before = pairs$control, after = pairs$mp6),
    sim_treg11 = list(before = treg$base, after = treg$d28),
    sleep10 = list(before = sleep$drug_1, after = sleep$drug_2),
    endometrial79_first12 = list(before = first$PI, after = first$EH)
  )
}

# 8.3 - 5.1 and 3.2 are one value: noise would break ties.
rounded <- function(set) lapply(set, round, 10)

compare <- function(set) {
  asymptotic <- wilcox.test(set$x, set$y, exact = FALSE, correct = FALSE)
  exact <- exactRankTests::wilcox.exact(set$x, set$y, exact = TRUE)
  list(n = length(set$x) + length(set$y), U = asymptotic$statistic[[1]], p = asymptotic$p.value,
    p_exact = exact$p.value, estimate = median(outer(set$x, set$y, "-")))
}

compare_paired <- function(set) {
  difference <- round(set$after - set$before, 10)
  asymptotic <- wilcox.test(difference, exact = FALSE, correct = FALSE)
  exact <- exactRankTests::wilcox.exact(difference[difference != 0], exact = TRUE)
  averages <- outer(difference, difference, "+")[lower.tri(diag(length(difference)), diag = TRUE)] / 2
  list(n = length(difference), V = asymptotic$statistic[[1]], p = asymptotic$p.value, p_exact = exact$p.value,
    estimate = median(averages), zeros = sum(difference == 0))
}

# Limits that are Walsh averages, by the exact distribution without ties.
order_limits <- function(set) {
  difference <- round(set$after - set$before, 10)
  n <- length(difference)
  averages <- sort(outer(difference, difference, "+")[lower.tri(diag(n), diag = TRUE)] / 2)
  rank <- max(qsignrank(0.025, n), 1)
  averages[c(rank, length(averages) + 1 - rank)]
}

order_limits_two <- function(set) {
  differences <- sort(outer(set$x, set$y, "-"))
  rank <- max(qwilcox(0.025, length(set$x), length(set$y)), 1)
  differences[c(rank, length(differences) + 1 - rank)]
}

spread <- function(set) {
  list(standardised = (mean(set$x) - mean(set$y)) / sqrt((var(set$x) + var(set$y)) / 2),
    quartiles = unname(quantile(set$x, c(0, 0.25, 0.5, 0.75, 1))))
}

# The Mahalanobis distance of the shares, one level left out.
shares <- function(x, y) {
  levels <- sort(unique(c(x, y)))
  share <- sapply(list(x, y), function(s) table(factor(s, levels)) / length(s))[-1, , drop = FALSE]
  covariance <- Reduce("+", lapply(1:2, function(i) diag(share[, i], nrow(share)) - tcrossprod(share[, i]))) / 2
  apart <- share[, 1] - share[, 2]
  sqrt(drop(apart %*% solve(covariance, apart)))
}

spearman <- function(x, y) {
  found <- suppressWarnings(cor.test(x, y, method = "spearman", exact = FALSE, continuity = FALSE))
  rho <- found$estimate[[1]]
  half <- qnorm(0.975) * sqrt((1 + rho^2 / 2) / (length(x) - 3))
  list(n = length(x), rho = rho, p = found$p.value, ci = tanh(atanh(rho) + c(-half, half)))
}

on_log_scale <- function(first, second, pair) {
  exact <- exactRankTests::wilcox.exact(log(first), log(second), paired = pair, exact = TRUE, conf.int = TRUE)
  asymptotic <- suppressWarnings(wilcox.test(log(first), log(second), paired = pair, exact = FALSE, correct = FALSE,
    conf.int = TRUE))
  list(n = length(first) + if (pair) 0 else length(second), estimate = exp(exact$estimate[[1]]),
    ci = exp(exact$conf.int[1:2]), estimate_asymptotic = exp(asymptotic$estimate[[1]]))
}

immune <- function() {
  pairs <- paired()
  endometrial <- data("endometrial79"); bmt <- data("bmt35")
  correlated <- c(
    lapply(pairs, function(set) list(x = set$before, y = set$after)),
    list(endometrial79 = list(x = endometrial$PI, y = endometrial$EH), bmt35 = list(x = bmt$ftime, y = bmt$dis))
  )
  folds <- lapply(pairs[c("gehan_pairs21", "sim_treg11", "endometrial79_first12")], function(set) {
    positive <- set$before > 0 & set$after > 0
    on_log_scale(set$after[positive], set$before[positive], TRUE)
  })
  list(
    spearman = lapply(correlated, function(set) spearman(set$x, set$y)),
    fold_change = folds,
    ratio_of_ratios = lapply(two_samples()[c("gehan_11v10", "gehan42", "endometrial79", "mtcars32")], function(set) {
      on_log_scale(set$x, set$y, FALSE)
    }),
    p_adjust = lapply(list(
      a = c(0.046, 0.075, 0.028, 0.038, 0.015, 0.071, 0.029, 0.011), b = c(0.9, 0.0001, 0.04, 0.04, 0.2),
      c = c(0.5, 0.6, 0.02, NA, 0.001)
    ), function(p) list(p = p, holm = p.adjust(p, "holm"), BH = p.adjust(p, "BH")))
  )
}

samples <- function() {
  two <- lapply(two_samples(), rounded)
  pairs <- lapply(paired(), rounded)
  mtcars <- data("mtcars32"); pbc <- data("pbc312"); birthwt <- data("birthwt189")
  list(
    two_by_two = lapply(tables, two_by_two),
    two_samples = lapply(two, function(set) c(compare(set), list(ci = order_limits_two(set)), spread(set))),
    paired = lapply(pairs, function(set) c(compare_paired(set), list(ci = order_limits(set)))),
    shares = list(
      mtcars32 = shares(mtcars$am[mtcars$qsec > 18], mtcars$am[mtcars$qsec <= 18]),
      pbc312 = shares(pbc$status[pbc$trt == 1], pbc$status[pbc$trt == 2]),
      birthwt189 = shares(birthwt$smoke[birthwt$low == 1], birthwt$smoke[birthwt$low == 0])
    ),
    immune = immune()
  )
}
