# Computes r_more.json from the data sets in data/. Run: Rscript tests/reference/r_more.R
# (R 4.2.2; survival 3.5-3, cmprsk 2.2-11, brglm2 0.9, exactRankTests 0.8-35, survMisc 0.5.6, rms 6.5-0,
# jsonlite 1.8.4). The tests read the file and need no R.
suppressPackageStartupMessages({
  library(survival)
  library(jsonlite)
})

here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
for (part in c("time_to_event", "regression", "samples", "comparisons")) {
  source(file.path(here, "r_more", paste0(part, ".R")))
}
data <- function(name) read.csv(file.path(here, "data", paste0(name, ".csv")))

figures <- c(
  list(about = paste(R.version.string, "computed by r_more.R")),
  time_to_event(), regression(), samples(), comparisons()
)
writeLines(toJSON(figures, auto_unbox = TRUE, digits = NA, na = "null", pretty = 1), file.path(here, "r_more.json"))
