"""The catalogue of named constants that searches offer and results are compared with."""

from __future__ import annotations

from dataclasses import dataclass

from discovery.exact.expression import parse
from discovery.exact.tex import to_tex


@dataclass(frozen=True)
class NamedConstant:
    """A constant with a name, its definition in the safe grammar, and digits from the literature.

    Parameters
    ----------
    symbol : str
        Its text in the safe grammar; also its key in the catalogue.
    title : str
        What it is called.
    reference : str
        OEIS number of its decimal expansion, or the DLMF equation that defines it.
    digits : str
        Its value to at least 20 decimals, cut off or rounded in the last one.
    """

    symbol: str
    title: str
    reference: str
    digits: str

    @property
    def tex(self) -> str:
        """Its symbol in TeX."""
        return to_tex(parse(self.symbol))


_ROWS = (
    ("pi", "Pi", "OEIS A000796", "3.14159265358979323846264338327950288"),
    ("e", "Euler's number", "OEIS A001113", "2.71828182845904523536028747135266249"),
    ("phi", "Golden ratio", "OEIS A001622", "1.61803398874989484820458683436563811"),
    ("euler_gamma", "Euler-Mascheroni constant", "OEIS A001620", "0.57721566490153286060651209008240243"),
    ("catalan", "Catalan's constant", "OEIS A006752", "0.91596559417721901505460351493238411"),
    ("khinchin", "Khinchin's constant", "OEIS A002210", "2.68545200106530644530971483548179569"),
    ("glaisher", "Glaisher-Kinkelin constant", "OEIS A074962", "1.28242712910062263687534256886979172"),
    ("apery", "Apery's constant", "OEIS A002117", "1.20205690315959428539973816151144999"),
    ("sqrt(2)", "Square root of 2", "OEIS A002193", "1.41421356237309504880168872420969807"),
    ("sqrt(3)", "Square root of 3", "OEIS A002194", "1.73205080756887729352744634150587236"),
    ("sqrt(5)", "Square root of 5", "OEIS A002163", "2.23606797749978969640917366873127623"),
    ("sqrt(7)", "Square root of 7", "OEIS A010465", "2.64575131106459059050161575363926042"),
    ("cbrt(2)", "Cube root of 2", "OEIS A002580", "1.25992104989487316476721060727822835"),
    ("cbrt(3)", "Cube root of 3", "OEIS A002581", "1.44224957030740838232163831078010958"),
    ("1+sqrt(2)", "Silver ratio", "OEIS A014176", "2.41421356237309504880168872420969807"),
    ("2^sqrt(2)", "Gelfond-Schneider constant", "OEIS A007507", "2.66514414269022518865029724987313984"),
    ("log(2)", "Natural logarithm of 2", "OEIS A002162", "0.69314718055994530941723212145817656"),
    ("log(3)", "Natural logarithm of 3", "OEIS A002391", "1.09861228866810969139524523692252570"),
    ("log(5)", "Natural logarithm of 5", "OEIS A016628", "1.60943791243410037460075933322618763"),
    ("log(10)", "Natural logarithm of 10", "OEIS A002392", "2.30258509299404568401799145468436420"),
    ("log(phi)", "Natural logarithm of the golden ratio", "OEIS A002390", "0.48121182505960344749775891342436842"),
    ("log(pi)", "Natural logarithm of pi", "OEIS A053510", "1.14472988584940017414342735135305871"),
    ("1/log(2)", "Binary logarithm of e", "OEIS A007525", "1.44269504088896340735992468100189213"),
    ("e^2", "Square of e", "OEIS A072334", "7.38905609893065022723042746057500781"),
    ("sqrt(e)", "Square root of e", "OEIS A019774", "1.64872127070012814684865078781416357"),
    ("1/e", "Reciprocal of e", "OEIS A068985", "0.36787944117144232159552377016146086"),
    ("e^pi", "Gelfond's constant", "OEIS A039661", "23.14069263277926900572908636794854738"),
    ("pi^e", "Pi to the power e", "OEIS A059850", "22.45915771836104547342715220454373502"),
    ("e*pi", "Product of e and pi", "OEIS A019609", "8.53973422267356706546355086954657449"),
    ("pi^2", "Square of pi", "OEIS A002388", "9.86960440108935861883449099987615113"),
    ("pi^3", "Cube of pi", "OEIS A091925", "31.00627668029982017547631506710139520"),
    ("1/pi", "Reciprocal of pi", "OEIS A049541", "0.31830988618379067153776752674502872"),
    ("4/pi", "Four over pi", "OEIS A088538", "1.27323954473516268615107010698011489"),
    ("pi/4", "Quarter of pi, L(-4,1)", "OEIS A003881", "0.78539816339744830961566084581987572"),
    ("sqrt(pi)", "Square root of pi, gamma(1/2)", "OEIS A002161", "1.77245385090551602729816748334114518"),
    ("sqrt(2*pi)", "Square root of 2 pi", "OEIS A019727", "2.50662827463100050241576528481104525"),
    ("zeta(2)", "Riemann zeta function at 2", "OEIS A013661", "1.64493406684822643647241516664602518"),
    ("zeta(3)", "Riemann zeta function at 3", "OEIS A002117", "1.20205690315959428539973816151144999"),
    ("zeta(4)", "Riemann zeta function at 4", "OEIS A013662", "1.08232323371113819151600369654116790"),
    ("zeta(5)", "Riemann zeta function at 5", "OEIS A013663", "1.03692775514336992633136548645703416"),
    ("zeta(6)", "Riemann zeta function at 6", "OEIS A013664", "1.01734306198444913971451792979092052"),
    ("zeta(7)", "Riemann zeta function at 7", "OEIS A013665", "1.00834927738192282683979754984979675"),
    ("gamma(1/3)", "Gamma function at 1/3", "OEIS A073005", "2.67893853470774763365569294097467764"),
    ("gamma(1/4)", "Gamma function at 1/4", "OEIS A068466", "3.62560990822190831193068515586767200"),
    ("gamma(2/3)", "Gamma function at 2/3", "OEIS A073006", "1.35411793942640041694528802815451378"),
    ("gamma(3/4)", "Gamma function at 3/4", "OEIS A068465", "1.22541670246517764512909830336289053"),
    ("gamma(1/4)^2/(2*sqrt(2*pi))", "Lemniscate constant", "OEIS A062539", "2.62205755429211981046483958989111941"),
    ("e^euler_gamma", "Exponential of Euler's constant", "OEIS A073004", "1.78107241799019798523650410310717954"),
    ("sin(1)", "Sine of 1", "OEIS A049469", "0.84147098480789650665250232163029899"),
    ("cos(1)", "Cosine of 1", "OEIS A049470", "0.54030230586813971740093660744297660"),
    ("tan(1)", "Tangent of 1", "OEIS A049471", "1.55740772465490223050697480745836017"),
    ("sinh(1)", "Hyperbolic sine of 1", "OEIS A073742", "1.17520119364380145688238185059560081"),
    ("cosh(1)", "Hyperbolic cosine of 1", "OEIS A073743", "1.54308063481524377847790562075706168"),
    ("tanh(1)", "Hyperbolic tangent of 1", "OEIS A073744", "0.76159415595576488811945828260479359"),
    ("coth(1)", "Hyperbolic cotangent of 1", "OEIS A073747", "1.31303528549933130363616124693084783"),
    ("besseli(0,2)", "Modified Bessel function I_0 at 2", "OEIS A070910", "2.27958530233606726743720444081153335"),
    ("besseli(1,2)", "Modified Bessel function I_1 at 2", "OEIS A096789", "1.59063685463732906338225442499966624"),
    (
        "besseli(1,2)/besseli(0,2)",
        "Continued fraction 0,1,2,3,...",
        "OEIS A052119",
        "0.69777465796400798200679059255175259",
    ),
    (
        "besseli(0,2)/besseli(1,2)",
        "Continued fraction 1,2,3,4,...",
        "OEIS A060997",
        "1.43312742672231175831718345577599182",
    ),
    (
        "besseli(1,1)/besseli(0,1)",
        "Continued fraction 0,2,4,6,...",
        "OEIS A073821",
        "0.44638996589653450704768179519264266",
    ),
    ("L(-3,2)", "Dirichlet L-series of discriminant -3 at 2", "DLMF 25.15.1", "0.78130241289648629686718742962409236"),
    ("L(-8,2)", "Dirichlet L-series of discriminant -8 at 2", "DLMF 25.15.1", "1.06473417104350337039282745146166889"),
    ("L(5,1)", "Dirichlet L-series of discriminant 5 at 1", "OEIS A086466", "0.43040894096400403888943323295060543"),
    ("lambertw(1)", "Omega constant", "OEIS A030178", "0.56714329040978387299996866221035555"),
    ("erf(1)", "Error function at 1", "DLMF 7.2.1", "0.84270079294971486934122063508260926"),
    ("ei(1)", "Exponential integral Ei at 1", "OEIS A091725", "1.89511781635593675546652093433163427"),
    ("e1(1)", "Exponential integral E_1 at 1", "OEIS A099285", "0.21938393439552027367716377546012165"),
    ("e*e1(1)", "Euler-Gompertz constant", "OEIS A073003", "0.59634736232319407434107849936927938"),
    ("airyai(0)", "Airy function Ai at 0", "DLMF 9.2.3", "0.35502805388781723926006318600418318"),
    ("airybi(0)", "Airy function Bi at 0", "DLMF 9.2.5", "0.61492662744600073515092236909361355"),
)

CONSTANTS: dict[str, NamedConstant] = {row[0]: NamedConstant(*row) for row in _ROWS}
"""The constants by symbol, in the order in which they are offered."""
