"""Odd tables of every kind beside plain ones of the same data, and what is noted of each."""
NORMAL = ["--model", "normal", "--estimate", "y", "--se", "s", "--group", "g"]
PLAIN = "g,y,s\nA,28.5,15\nB,-8.25,10.5\nC,3,1016.25\nD,7.5,11\n"
COMMAS = PLAIN.replace(",", ";").replace(".", ",")
COUNTS = {"poisson": ["--model", "poisson", "--count", "y", "--exposure", "e", "--group", "g"],
          "binomial": ["--model", "binomial", "--successes", "y", "--trials", "e", "--group", "g"],
          "multinomial": ["--model", "multinomial", "--categories", "y,e", "--group", "g"]}
COUNTED = "g,y,e\nA,7,23\nB,1,12\nC,9,25\n"
ROWS = "g,y,e\nA,3,11\nB,1,12\nC,5,10\nA,4,12\nC,4,15\n"
LONG = ["--model", "multinomial", "--group", "g", "--category", "c", "--count", "n"]
X = [*NORMAL, "--covariates"]

# by kind: the odd table, its options, the plain table, its options, words of the notes
ODD = {
    "a German table": ((COMMAS + "Summe;6,5;3\n").replace("A;", "Z\u00fcrich;").encode("cp1252"),
                       NORMAL, (PLAIN + "Summe,6.5,3\n").replace("A,", "Z\u00fcrich,"), NORMAL,
                       ["Latin-1", "decimal commas"]),
    "decimal commas and tabs": (COMMAS.replace(";", "\t"), NORMAL, PLAIN, NORMAL,
                                ["decimal commas"]),
    "sep=": ("sep=;\r\n" + COMMAS, NORMAL, PLAIN, NORMAL, ["decimal commas"]),
    "a title": ("A study\n" + PLAIN, NORMAL, PLAIN, NORMAL, ["'A study' above the header"]),
    "UTF-16": (PLAIN.encode("utf-16"), NORMAL, PLAIN, NORMAL, ["UTF-16"]),
    "thousands": (PLAIN.replace("1016", "1\u00a0016"), NORMAL, PLAIN, NORMAL, ["thousands"]),
    "percent": ("g,y,s\nA,28.5%,15%\nB,-8%,10%\nC,3%,16%\n", NORMAL,
                "g,y,s\nA,.285,.15\nB,-.08,.10\nC,.03,.16\n", NORMAL, ["percent signs"]),
    "a true minus": (PLAIN.replace("-", "\u2212"), NORMAL, PLAIN, NORMAL, []),
    "missing cells": (PLAIN.replace("D,", "X,n/a,2\nD,"), [*NORMAL, "--na", "drop"], PLAIN, NORMAL,
                      ["left out 1 of 5 rows, which have missing cells: row 4 (line 5)"]),
    "variances": ("g,y,v\nA,28.5,225\nB,-8.25,100\nC,3,256\n", [*NORMAL[:4], "--variance", "v",
                                                               "--group", "g"],
                  "g,y,s\nA,28.5,15\nB,-8.25,10\nC,3,16\n", NORMAL, ["square roots"]),
    "intervals": ("g,y,l,h\nA,28,-1.39945976,57.39945976\nB,8,-11.59963985,27.59963985\n",
                  [*NORMAL[:4], "--ci-low", "l", "--ci-high", "h", "--group", "g"],
                  "g,y,s\nA,28,15\nB,8,10\n", NORMAL, ["95% intervals"]),
    "sd and n": ("g,y,sd,n\nA,28,45,9\nB,8,20,4\nC,-3,32,4\n",
                 [*NORMAL[:4], "--sd", "sd", "--n", "n", "--group", "g"],
                 "g,y,s\nA,28,15\nB,8,10\nC,-3,16\n", NORMAL, ["square root of column 'n'"]),
    "several rows, estimates": ("g,y,s\nA,26,6\nB,8,10\nA,30,6\nC,-3,16\nA,28,6\nA,28,6\n", NORMAL,
                                "g,y,s\nA,28,3\nB,8,10\nC,-3,16\n", NORMAL, ["inverse variance"]),
    "several rows, events": (ROWS, COUNTS["poisson"], COUNTED, COUNTS["poisson"], ["are summed"]),
    "several rows, successes and trials": (ROWS, COUNTS["binomial"], COUNTED, COUNTS["binomial"],
                                           ["successes and trials are summed"]),
    "several rows, answers": (ROWS, COUNTS["multinomial"], COUNTED, COUNTS["multinomial"],
                              ["counts are summed"]),
    "several rows, pairs": ("g,c,n\nA,a,3\nA,b,2\nB,a,4\nB,b,1\nA,b,5\n", LONG,
                            "g,c,n\nA,a,3\nA,b,7\nB,a,4\nB,b,1\n", LONG, ["counts are summed"]),
    "text covariates": (
        "g,y,s,r\nA,28,15,South\nB,8,10,North\nC,-3,16,West\nD,7,11,South\nE,-1,9,North\n",
        [*X, "r"],
        "g,y,s,u,v\nA,28,15,1,0\nB,8,10,0,0\nC,-3,16,0,1\nD,7,11,1,0\nE,-1,9,0,0\n",
        [*X, "u,v"], ["r=South, r=West", "reference level 'North'"]),
}
