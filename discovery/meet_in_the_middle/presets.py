"""Named searches: for the constants that people ask for first, and two controls."""

from __future__ import annotations

from collections.abc import Mapping

from discovery.search import Preset

RANDOM_DIGITS = "0.4002602891321406049840978178929245082803674507639389594638187540260245474458691432222941696247526892"
"""Digits drawn at random."""

# Which named formulas each of them finds stands in data/formulas/ramanujan_machine.jsonl.
PRESETS: Mapping[str, Preset] = {
    "e, quick": Preset(
        "degree (1,1), Moebius images of e: e = 3 - 1/(4 - 2/(5 - 3/(6 - ...))) and its kin, 2 seconds",
        {"limit_a": 10, "limit_b": 10},
    ),
    "e, degree (1,0)": Preset(
        "b constant, quotients of quadratic polynomials in e: Euler's and Lambert's fractions, 2 seconds",
        {"degree": 2, "limit": 3, "limit_a": 30, "degree_b": 0, "limit_b": 30},
    ),
    "pi": Preset(
        "degree (1,2), Moebius images of pi: 4/(3 pi-8) = 3 - 1/(6 - 6/(9 - 15/(12 - ...))) and its kin, seconds",
        {"targets": "pi", "limit": 12, "degree_b": 2},
    ),
    "pi, constant a": Preset(
        "degree (0,2), slowly converging: Brouncker's and Lange's fractions, seconds",
        {"targets": "pi", "limit": 12, "degree_a": 0, "limit_a": 12, "degree_b": 2, "limit_b": 10},
    ),
    "pi^2": Preset(
        "degree (2,4), b with integer and half-integer roots: 8/pi^2, 24/pi^2 and Apery's 30/pi^2, seconds",
        {
            "targets": "pi^2",
            "limit": 32,
            "degree_a": 2,
            "limit_a": 11,
            "degree_b": 4,
            "limit_b": 8,
            "family_b": "roots",
            "denominator": 2,
        },
    ),
    "zeta(3)": Preset(
        "degree (3,6), symmetric a and b = c n^6: Apery's fraction and those of the Ramanujan Machine, seconds",
        {
            "targets": "zeta(3)",
            "limit": 20,
            "degree_a": 3,
            "limit_a": 30,
            "family_a": "symmetric",
            "degree_b": 6,
            "limit_b": 64,
            "family_b": "roots",
        },
    ),
    "Catalan": Preset(
        "degree (2,4), b with integer roots: 1/(2 G), 2/(2 G-1), 24/(18 G-11) and their kin, seconds",
        {
            "targets": "catalan",
            "limit": 24,
            "degree_a": 2,
            "limit_a": 12,
            "degree_b": 4,
            "limit_b": 4,
            "family_b": "roots",
            "span": 4,
        },
    ),
    "Catalan, slow": Preset(
        "degree (1,4), b with half-integer roots, converging like 1/n: Euler's fraction, seconds",
        {
            "targets": "catalan",
            "limit": 16,
            "limit_a": 16,
            "degree_b": 4,
            "limit_b": 4,
            "family_b": "roots",
            "denominator": 2,
        },
    ),
    "log 2": Preset(
        "degree (1,2), Moebius images of log 2: 2/log 2 = 6 n+3, -n^2 and its kin, seconds",
        {"targets": "log(2)", "limit": 12, "degree_b": 2},
    ),
    "log 2, degree (2,4)": Preset(
        "b with integer roots: 1/(1-log 2) = 4 - 8/(14 - 72/(30 - ...)) and its kin, seconds",
        {
            "targets": "log(2)",
            "limit": 12,
            "degree_a": 2,
            "limit_a": 12,
            "degree_b": 4,
            "limit_b": 4,
            "family_b": "roots",
            "span": 1,
        },
    ),
    "golden ratio (control: trivial hits only)": Preset(
        "degree (1,2) for a quadratic number: constant terms and elementary quadratic values only, seconds",
        {"targets": "phi", "limit": 12, "degree_b": 2, "quadratic": "allowed"},
    ),
    "random 100 digits (control: none expected)": Preset(
        "degree (1,2) for a number drawn at random: nothing is to be expected",
        {"targets": RANDOM_DIGITS, "limit": 12, "degree_b": 2},
    ),
}
