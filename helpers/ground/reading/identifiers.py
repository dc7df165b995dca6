"""Reading: what may name a patient is refused, by the name of its column or by the look of its values."""

import re

import pandas as pd

from helpers.ground.reading import dates

# As `columns.plain` writes a name.
_NAMES = re.compile(
    r"(first|last|middle|given|family|full|sur|patient_?|pt_)_?names?|name|surname|forename|initials"
    r"|mrn|(medical|hospital|health|case)_?(record)?_?(number|no|nr)|record_(number|no)|nhs(_?(number|no))?"
    r"|ssn|social_security.*|national_id.*|passport.*|insurance_(number|no|id)"
    r"|(tele)?phone.*|tel|mobile.*|cell_?phone.*|fax|e_?mail.*|(home_)?address|street|postcode|zip(_?code)?"
    r"|(date_of_)?birth(_?(date|day))?|dob|birth_?date|geburtsdatum|vorname|nachname|telefon.*"
    r"|姓名|名字|患者姓名|病人姓名|住院号|门诊号|病案号|身份证.*|电话.*|手机.*|联系电话|邮箱|地址|住址|出生日期|生日|医保号"
)
# Wherever in a cell they stand; a longer number, or the decimals of one, is none of them.
_VALUES = {
    what: re.compile(rf"(?<![\w./-])({pattern})(?!\w|[./-]\d)")
    for what, pattern in {
        "an e-mail address": r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}",
        "a telephone number": r"\+\d[\d ()/-]{7,}\d|1[3-9]\d{9}|\(?0\d{2,4}\)?[ /-]\d{5,}",
        "a national number": r"\d{17}[\dXx]|\d{3}-\d{2}-\d{4}",
    }.items()
}
# Two words of letters or more, one word that begins with a capital, or a few Chinese characters.
_NAME = re.compile(r"[^\W\d_]+(,? [^\W\d_]+\.?)+|[A-ZÀ-Þ][a-zß-ÿ]{2,}|[\u4e00-\u9fff]{2,4}")
_WITH_COMMA = re.compile(r"[^\d_,]*[^\W\d_]{2}[^\d_,]*,[^\d_,]*[^\W\d_][^\d_,]*")
_TWO_WORDS = re.compile(r"[^\W\d_a-zß-ÿ][^\W\d_]+( [^\W\d_]+\.?)* [^\W\d_a-zß-ÿ][^\W\d_]+")
# Years between quartiles: patients of one study are treated within fewer, and born within more.
_SPREAD = 15


def by_name(name: str) -> bool:
    """Tell whether a column's name says that it holds what names a patient.

    Parameters
    ----------
    name : str
        As `helpers.ground.reading.columns.plain` writes it.

    Returns
    -------
    bool

    Examples
    --------
    >>> by_name("date_of_birth"), by_name("姓名"), by_name("patient_id"), by_name("centre")
    (True, True, False, False)
    """
    return re.fullmatch(_NAMES, name) is not None


def by_value(values: pd.Series) -> tuple[str, pd.Series] | None:
    """Find values that look like what names a person.

    Parameters
    ----------
    values : Series of str
        Missing ones are passed over.

    Returns
    -------
    tuple of str and Series of bool, or None
        What they look like and which they are, without a word of them.
    """
    different = values.dropna().unique()
    for what, pattern in _VALUES.items():
        found = [value for value in different if pattern.search(value)]
        if found:
            return what, values.isin(found)
    return None


def are_names(identifiers: pd.Series) -> pd.Series:
    """Find identifiers that are names: a surname with a comma, or, where half of them or more are, any.

    Parameters
    ----------
    identifiers : Series of str

    Returns
    -------
    Series of bool
    """
    found = identifiers.str.fullmatch(_NAME).fillna(False).astype(bool)
    is_sure = identifiers.str.fullmatch(_WITH_COMMA).fillna(False).astype(bool)
    # Among numbers two words with capitals are somebody's.
    if 2 * identifiers.str.contains(r"\d").fillna(False).sum() >= len(found):
        is_sure |= identifiers.str.fullmatch(_TWO_WORDS).fillna(False).astype(bool)
    return is_sure | (found & (2 * found.sum() >= len(found)))


def are_births(values: pd.Series) -> pd.Series:
    """Find dates of birth in a column that is not used, by the years over which its dates are spread.

    Parameters
    ----------
    values : Series of str

    Returns
    -------
    Series of bool
    """
    years = dates.years(values) if dates.are_dates(values) else pd.Series(dtype=float)
    is_spread = years.quantile(0.75) - years.quantile(0.25) >= _SPREAD
    return values.notna() & is_spread
