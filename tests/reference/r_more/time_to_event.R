# Survival, Cox models and competing causes.

# Each data set as time, event, group (0/1), the time asked about and the horizon of a restricted mean.
survival_sets <- function() {
  bmt <- data("bmt35"); gehan <- data("gehan42"); veteran <- data("veteran137"); pbc <- data("pbc312")
  list(
    bmt35 = list(time = bmt$ftime, event = as.integer(bmt$status > 0), group = bmt$dis, tau = 24),
    gehan42 = list(time = gehan$time, event = gehan$cens, group = gehan$mp6, tau = 20),
    veteran137 = list(time = veteran$time, event = veteran$status, group = veteran$trt - 1, tau = 365),
    pbc312 = list(time = pbc$time, event = as.integer(pbc$status == 2), group = pbc$trt - 1, tau = 3650)
  )
}

at_time <- function(set) {
  found <- summary(survfit(Surv(time, event) ~ 1, set, conf.type = "log-log"), times = set$tau)
  list(estimate = found$surv, low = found$lower, high = found$upper, at_risk = found$n.risk)
}

medians <- function(set, event) {
  found <- summary(survfit(Surv(set$time, event) ~ 1, conf.type = "log-log"))$table
  as.list(setNames(found[c("median", "0.95LCL", "0.95UCL")], c("estimate", "low", "high")))
}

rank_test <- function(set, rho) {
  found <- survdiff(Surv(time, event) ~ group, set, rho = rho)
  list(chisq = found$chisq, p = pchisq(found$chisq, 1, lower.tail = FALSE))
}

PRECISELY <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100)

cox <- function(formula, set) {
  fit <- coxph(formula, set, control = PRECISELY)
  wald <- summary(fit)$coefficients[1, ]
  c(as.list(setNames(wald[c("coef", "se(coef)", "Pr(>|z|)")], c("coef", "se", "p"))),
    list(low = confint(fit)[1, 1], high = confint(fit)[1, 2], n = fit$n, events = fit$nevent))
}

proportionality <- function(set) {
  fit <- coxph(Surv(time, event) ~ group, set, control = PRECISELY)
  found <- cox.zph(fit, transform = "km")$table[1, ]
  list(chisq = found[["chisq"]], p = found[["p"]])
}

# Greenwood's variance of the area under the curve, as survfit prints it and survRM2 uses it.
restricted_means <- function(set) {
  found <- summary(survfit(Surv(time, event) ~ group, set), rmean = set$tau)$table
  columns <- function(row) list(estimate = found[[row, "rmean"]], se = found[[row, "se(rmean)"]])
  zero <- columns(1); one <- columns(2)
  difference <- one$estimate - zero$estimate
  se <- sqrt(one$se^2 + zero$se^2)
  list(tau = set$tau, group_0 = zero, group_1 = one, difference = list(
    estimate = difference, se = se, low = difference - qnorm(0.975) * se, high = difference + qnorm(0.975) * se,
    p = 2 * pnorm(-abs(difference) / se)))
}

weighted_tests <- function(set) {
  entry <- survMisc::ten(survfit(Surv(time, event) ~ group, set))
  sink(nullfile()); survMisc::comp(entry, p = c(1, 0), q = c(1, 1)); sink()
  found <- as.data.frame(attr(entry, "lrt"))
  lapply(setNames(seq_len(nrow(found)), found$W), function(i) list(Z = found$Z[i], p = found$pNorm[i]))
}

time_dependent <- function() {
  jasa <- data("jasa1"); cgd <- data("cgd203"); bladder <- data("bladder178")
  list(
    jasa1 = cox(Surv(start, stop, event) ~ transplant, jasa),
    cgd203 = cox(Surv(start, stop, event) ~ treated, cgd),
    bladder178 = cox(Surv(start, stop, event) ~ number, bladder)
  )
}

competing_sets <- function() {
  bmt <- data("bmt35"); mgus <- data("mgus241"); pbc <- data("pbc312")
  list(
    bmt35 = list(time = bmt$ftime, status = bmt$status, group = bmt$dis, tau = 24),
    mgus241 = list(time = mgus$time, status = mgus$cause, group = as.integer(mgus$sex == "male"), tau = 7305),
    pbc312 = list(time = pbc$time, status = pbc$status, group = pbc$trt - 1, tau = 3650)
  )
}

incidences <- function(set) {
  status <- factor(set$status, 0:2, c("censored", "1", "2"))
  fit <- survfit(Surv(set$time, status) ~ 1)
  found <- summary(fit, times = set$tau)
  lapply(c(cause_1 = 2, cause_2 = 3), function(state) {
    estimate <- found$pstate[1, state]
    se <- found$std.err[1, state]
    width <- qnorm(0.975) * se / (estimate * log(estimate))
    list(estimate = estimate, se = se, low = estimate^exp(-width), high = estimate^exp(width))
  })
}

gray <- function(set) {
  found <- cmprsk::cuminc(set$time, set$status, set$group)$Tests
  lapply(c(cause_1 = "1", cause_2 = "2"), function(cause) {
    list(stat = found[cause, "stat"], p = found[cause, "pv"])
  })
}

time_to_event <- function() {
  sets <- survival_sets()
  competing <- competing_sets()
  list(
    tau = lapply(c(sets, competing["mgus241"]), `[[`, "tau"),
    kaplan_meier = lapply(sets, at_time),
    median = lapply(sets, function(set) medians(set, set$event)),
    reverse_median = lapply(sets, function(set) medians(set, 1 - set$event)),
    log_rank = lapply(sets, rank_test, rho = 0),
    survdiff_rho1 = lapply(sets, rank_test, rho = 1),
    survMisc = lapply(sets, weighted_tests),
    cox = lapply(sets, function(set) cox(Surv(time, event) ~ group, set)),
    proportional_hazards = lapply(sets, proportionality),
    rmst = lapply(sets, restricted_means),
    time_dependent = time_dependent(),
    cumulative_incidence = lapply(competing, incidences),
    gray = lapply(competing, gray)
  )
}
