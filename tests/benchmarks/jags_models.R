# JAGS on the section's data, with the priors that the models have by default.
# Rscript jags_models.R DATA OUT RUNS DRAWS TUNE
# Writes OUT/MODEL_RUN.csv, four chains one after the other, and prints "result MODEL RUN seconds": the wall
# time of compiling, adapting and sampling.
suppressMessages({library(rjags); library(coda)})
given <- commandArgs(TRUE)
data_folder <- given[1]; out <- given[2]
runs <- as.integer(given[3]); draws <- as.integer(given[4]); tune <- as.integer(given[5])

table_of <- function(name) read.csv(file.path(data_folder, paste0(name, ".csv")), skip = 1)
schools <- table_of("eight_schools")
regions <- as.matrix(table_of("survey_regions_printed")[, -1])
hospitals <- table_of("hospitals_printed")
players <- table_of("baseball")
scores <- table_of("instructors")

models <- list(
  eight_centred = list(
    code = "model {
      mu ~ dnorm(0, 1 / 20^2)
      tau ~ dnorm(0, 1 / 10^2) T(0, )
      for (j in 1:J) {
        theta[j] ~ dnorm(mu, 1 / tau^2)
        y[j] ~ dnorm(theta[j], 1 / sigma[j]^2)
      }
    }",
    data = list(y = schools$y, sigma = schools$sigma, J = nrow(schools)),
    variables = c("mu", "tau", "theta")),
  eight_noncentred = list(
    code = "model {
      mu ~ dnorm(0, 1 / 20^2)
      tau ~ dnorm(0, 1 / 10^2) T(0, )
      for (j in 1:J) {
        theta_raw[j] ~ dnorm(0, 1)
        theta[j] <- mu + tau * theta_raw[j]
        y[j] ~ dnorm(theta[j], 1 / sigma[j]^2)
      }
    }",
    data = list(y = schools$y, sigma = schools$sigma, J = nrow(schools)),
    variables = c("mu", "tau", "theta")),
  survey = list(
    code = "model {
      alpha ~ dexp(1)
      pi0 ~ ddirch(ones)
      for (r in 1:J) {
        pi[r, 1:K] ~ ddirch(alpha * pi0)
        counts[r, 1:K] ~ dmulti(pi[r, 1:K], n[r])
      }
    }",
    data = list(counts = regions, n = rowSums(regions), J = nrow(regions), K = ncol(regions),
                ones = rep(1, ncol(regions))),
    variables = c("alpha", "pi0", "pi")),
  hospitals = list(
    code = "model {
      mu_log ~ dnorm(0, 1)
      sigma_log ~ dnorm(0, 1) T(0, )
      for (j in 1:J) {
        log_lam[j] ~ dnorm(mu_log, 1 / sigma_log^2)
        lam[j] <- exp(log_lam[j])
        y[j] ~ dpois(lam[j] * exposure[j])
      }
    }",
    data = list(y = hospitals$y, exposure = hospitals$exposure, J = nrow(hospitals)),
    variables = c("mu_log", "sigma_log", "lam")),
  baseball = list(
    code = "model {
      phi ~ dbeta(1, 1)
      kappa ~ dt(0, 1 / 50^2, 1) T(0, )
      for (j in 1:J) {
        theta[j] ~ dbeta(phi * kappa, (1 - phi) * kappa)
        y[j] ~ dbin(theta[j], n[j])
      }
    }",
    data = list(y = players$hits, n = players$at_bats, J = nrow(players)),
    variables = c("phi", "kappa", "theta")),
  instructors = list(
    code = "model {
      mu ~ dnorm(50, 1 / 25^2)
      tau ~ dnorm(0, 1 / 10^2) T(0, )
      sigma ~ dnorm(0, 1 / 15^2) T(0, )
      for (i in 1:J) {
        theta[i] ~ dnorm(mu, 1 / tau^2)
      }
      for (k in 1:N) {
        y[k] ~ dnorm(theta[group[k]], 1 / sigma^2)
      }
    }",
    data = list(y = scores$score, N = nrow(scores), J = length(unique(scores$instructor)),
                group = match(scores$instructor, unique(scores$instructor))),
    variables = c("mu", "tau", "sigma", "theta")))

for (name in names(models)) for (run in 1:runs) {
  model <- models[[name]]
  seeds <- lapply(1:4, function(chain) list(.RNG.name = "base::Mersenne-Twister",
                                            .RNG.seed = 4 * run + chain))
  began <- proc.time()[["elapsed"]]
  # at small sizes JAGS warns that it has not adapted for long
  made <- suppressWarnings(jags.model(textConnection(model$code), data = model$data, n.chains = 4,
                                      n.adapt = tune, quiet = TRUE, inits = seeds))
  found <- coda.samples(made, model$variables, n.iter = draws, progress.bar = "none")
  seconds <- proc.time()[["elapsed"]] - began
  write.csv(do.call(rbind, lapply(found, as.matrix)),
            file.path(out, paste0(name, "_", run, ".csv")), row.names = FALSE)
  cat("result", name, run, seconds, "\n")
}
