"""A model of each family, on the data of the section."""
import gibbspool as gp


def families():
    schools, private = gp.data.eight_schools(), gp.data.private_schools()
    scores, survey = gp.data.instructors(), gp.data.survey_regions()
    hospitals, players = gp.data.hospitals(), gp.data.baseball()
    return {
        "normal": gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups),
        "covariates": gp.NormalNormal(private.y, private.sigma, x=private.x, groups=private.groups),
        "oneway": gp.OneWayNormal(scores.y, scores.group),
        "multinomial": gp.DirichletMultinomial(survey.counts, groups=survey.groups,
                                               categories=survey.categories),
        "poisson": gp.PoissonLognormal(hospitals.y, hospitals.exposure, groups=hospitals.groups),
        "binomial": gp.BetaBinomial(players.successes, players.trials, groups=players.groups),
    }


MODELS = families()
PARAMETER = {name: model.parameter for name, model in MODELS.items()}
