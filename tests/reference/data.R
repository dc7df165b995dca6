# Writes the data sets that came with R and its packages into data/. Run once: Rscript tests/reference/data.R
# (R 4.2.2; survival 3.5-3, MASS 7.3-58.2). The tests read the files and need no R.
library(survival)

here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
keep <- function(name, frame) write.csv(frame, file.path(here, "data", paste0(name, ".csv")), row.names = FALSE)

trial <- subset(pbc, !is.na(trt))
keep("pbc312", data.frame(time = trial$time, status = trial$status, trt = trial$trt))
keep("veteran137", data.frame(time = veteran$time, status = veteran$status, trt = veteran$trt))

# The first of plasma-cell malignancy (1) and death (2).
malignant <- !is.na(mgus$pctime)
keep("mgus241", data.frame(
  time = ifelse(malignant, mgus$pctime, mgus$futime),
  cause = ifelse(malignant, 1, ifelse(mgus$death == 1, 2, 0)),
  sex = mgus$sex, futime = mgus$futime, death = mgus$death
))
keep("cgd203", data.frame(
  start = cgd$tstart, stop = cgd$tstop, event = cgd$status, treated = as.integer(cgd$treat != "placebo")
))
keep("bladder178", data.frame(
  start = bladder2$start, stop = bladder2$stop, event = bladder2$event, number = bladder2$number
))
keep("birthwt189", MASS::birthwt[, c("low", "age", "lwt", "smoke")])
keep("mtcars32", mtcars[, c("am", "mpg", "qsec")])
keep("sleep10", data.frame(drug_1 = sleep$extra[sleep$group == 1], drug_2 = sleep$extra[sleep$group == 2]))
adjusted <- subset(trial, complete.cases(age, bili, albumin, edema))
keep("pbc_overlap", data.frame(
  z = as.integer(adjusted$trt == 1), y = as.integer(adjusted$status == 2),
  adjusted[, c("age", "bili", "albumin", "edema")]
))
