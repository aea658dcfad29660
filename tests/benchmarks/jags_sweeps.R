# What a sweep of four chains costs in JAGS, against the number of groups.
# Rscript jags_sweeps.R J [J ...]
# Prints "result FAMILY J milliseconds". The data are like those of simulated.py.
suppressMessages(library(rjags))
set.seed(1)

simulated <- list(
  Poisson = function(J) {
    exposure <- runif(J, 0.5, 10)
    list(code = "model {
        mu_log ~ dnorm(0, 1)
        sigma_log ~ dnorm(0, 1) T(0, )
        for (j in 1:J) {
          log_lam[j] ~ dnorm(mu_log, 1 / sigma_log^2)
          y[j] ~ dpois(exp(log_lam[j]) * exposure[j])
        }
      }",
      data = list(y = rpois(J, exposure * rlnorm(J, 0.5, 0.6)), exposure = exposure, J = J))
  },
  binomial = function(J) {
    trials <- sample(5:99, J, TRUE)
    list(code = "model {
        phi ~ dbeta(1, 1)
        kappa ~ dt(0, 1 / 50^2, 1) T(0, )
        for (j in 1:J) {
          theta[j] ~ dbeta(phi * kappa, (1 - phi) * kappa)
          y[j] ~ dbin(theta[j], n[j])
        }
      }",
      data = list(y = rbinom(J, trials, rbeta(J, 3, 7)), n = trials, J = J))
  },
  survey = function(J) {
    shares <- matrix(rgamma(4 * J, rep(c(2, 3, 1, 2), each = J)), J)
    list(code = "model {
        alpha ~ dexp(1)
        pi0 ~ ddirch(ones)
        for (r in 1:J) {
          pi[r, 1:4] ~ ddirch(alpha * pi0)
          counts[r, 1:4] ~ dmulti(pi[r, 1:4], n[r])
        }
      }",
      data = list(counts = t(apply(shares, 1, function(p) rmultinom(1, 50, p))), n = rep(50, J),
                  ones = rep(1, 4), J = J))
  },
  normal = function(J) {
    sigma <- runif(J, 5, 15)
    list(code = "model {
        mu ~ dnorm(0, 1 / 20^2)
        tau ~ dnorm(0, 1 / 10^2) T(0, )
        for (j in 1:J) {
          theta[j] ~ dnorm(mu, 1 / tau^2)
          y[j] ~ dnorm(theta[j], 1 / sigma[j]^2)
        }
      }",
      data = list(y = rnorm(J, 8, sqrt(25 + sigma^2)), sigma = sigma, J = J))
  })

for (family in names(simulated)) for (J in as.integer(commandArgs(TRUE))) {
  model <- simulated[[family]](J)
  made <- suppressWarnings(jags.model(textConnection(model$code), data = model$data, n.chains = 4,
                                      n.adapt = 10, quiet = TRUE))
  sweeps <- max(10, 10000 / J)
  began <- proc.time()[["elapsed"]]
  update(made, sweeps, progress.bar = "none")
  cat("result", family, J, 1000 * (proc.time()[["elapsed"]] - began) / sweeps, "\n")
}
