# Writes r_survival.json and the data sets of R's survival package beside it.
# R 4.2.2 with survival, cmprsk, survMisc and jsonlite; run in this folder: Rscript r_survival.R
library(survival)
library(cmprsk)

save <- function(frame, name) write.csv(frame, file.path("data", paste0(name, ".csv")), row.names = FALSE)
mgus$time <- with(mgus, ifelse(is.na(pctime), futime, pctime))
mgus$cause <- with(mgus, ifelse(is.na(pctime), 2 * death, 1))
save(subset(pbc, !is.na(trt), c(time, status, trt)), "pbc312")
save(veteran[, c("time", "status", "trt")], "veteran137")
save(mgus[, c("time", "cause", "sex", "futime", "death")], "mgus241")

read <- function(name) read.csv(file.path("data", paste0(name, ".csv")))
bmt <- read("bmt35")
gehan <- read("gehan42")
pbc312 <- read("pbc312")
vet <- read("veteran137")
mgus241 <- read("mgus241")
two_arms <- list(
  bmt35 = list(data.frame(t = bmt$ftime, e = +(bmt$status > 0), g = bmt$dis), 24),
  gehan42 = list(data.frame(t = gehan$time, e = gehan$cens, g = gehan$mp6), 20),
  veteran137 = list(data.frame(t = vet$time, e = vet$status, g = vet$trt - 1), 365),
  pbc312 = list(data.frame(t = pbc312$time, e = +(pbc312$status == 2), g = pbc312$trt - 1), 3650)
)

# The mean and its standard error as survRM2 has them (compared on bmt35, where r_reference.json has survRM2's).
restricted_mean <- function(frame, tau) {
  found <- summary(survfit(Surv(t, e) ~ g, frame), rmean = tau)$table[, c("rmean", "se(rmean)")]
  list(tau = tau, g0 = unname(found[1, ]), g1 = unname(found[2, ]))
}
rho <- function(frame, rho) {
  found <- survdiff(Surv(t, e) ~ g, frame, rho = rho)
  list(chisq = found$chisq, p = pchisq(found$chisq, 1, lower.tail = FALSE))
}
# With tied events survMisc's variance is not the hypergeometric one that survdiff has, so the ties are broken.
broken <- function(frame) transform(frame, t = t + seq_along(t) / 1e4)
fleming_harrington <- function(frame, p, q) {
  fit <- survMisc::ten(Surv(t, e) ~ g, data = broken(frame))
  capture.output(survMisc::comp(fit, p = p, q = q))
  tests <- as.data.frame(attr(fit, "lrt"))
  as.list(unlist(tests[grep("^FH", tests$W), c("Z", "pNorm")]))
}
gray <- function(time, cause, group) {
  tests <- cuminc(time, cause, group, cencode = 0)$Tests
  apply(tests, 1, as.list)
}
causes <- list(
  bmt35 = gray(bmt$ftime, bmt$status, bmt$dis),
  pbc312 = gray(pbc312$time, pbc312$status, pbc312$trt),
  mgus241 = gray(mgus241$time, mgus241$cause, mgus241$sex)
)
out <- lapply(two_arms, function(d) list(
  restricted_mean = restricted_mean(d[[1]], d[[2]]),
  survdiff_rho_0 = rho(d[[1]], 0),
  survdiff_rho_1 = rho(d[[1]], 1),
  ties_broken_p0_q1 = fleming_harrington(d[[1]], 0, 1),
  ties_broken_p1_q1 = fleming_harrington(d[[1]], 1, 1)
))
out$gray <- causes

# A group that is entered during follow-up: start and stop of each row. The score test of the Cox model with the
# exact (discrete) treatment of ties has the hypergeometric variance, so it is the Mantel-Byar test.
# pbc_split is made up: every third patient enters the second group at day 1000.
entered <- function(time, event, at) {
  later <- !is.na(at) & at < time
  rbind(
    data.frame(start = 0, stop = ifelse(later, at, time), event = ifelse(later, 0, event), x = 0),
    data.frame(start = at, stop = time, event = event, x = 1)[later, ]
  )
}
progressed <- with(mgus241, entered(futime, death, ifelse(cause == 1, time, NA)))
third <- with(pbc312, entered(time, status == 2, ifelse(seq_along(time) %% 3 == 0, 1000, NA)))
jasa <- with(read("jasa1"), data.frame(start, stop, event, x = transplant))
delayed <- function(frame, times) {
  fit <- coxph(Surv(start, stop, event) ~ x, frame, ties = "exact")
  curve <- function(value) {
    chosen <- frame[frame$x == value, ]
    # Moved to the next time in the data, as R counts those at risk there and not at the time asked about.
    times <- sapply(times, function(time) min(chosen$stop[chosen$stop >= time]))
    found <- survfit(Surv(start, stop, event) ~ 1, chosen, conf.type = "log-log")
    as.list(as.data.frame(unclass(summary(found, times = times))[c("time", "surv", "lower", "upper", "n.risk")]))
  }
  list(mantel_byar = unname(fit$score), x0 = curve(0), x1 = curve(1))
}
out$jasa1 <- delayed(jasa, c(90, 180, 365))
out$mgus_progressed <- delayed(progressed, c(3000, 6000, 9000))
out$pbc_split <- delayed(third, c(1500, 2500, 3500))
out$versions <- sapply(c("survival", "cmprsk", "survMisc"), function(p) as.character(packageVersion(p)))
jsonlite::write_json(out, "r_survival.json", auto_unbox = TRUE, digits = 15, pretty = TRUE)
