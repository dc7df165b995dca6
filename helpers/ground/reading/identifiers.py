"""Reading: what may name a patient is refused, by the name of its column or by the look of its values."""

import re

import pandas as pd

# As `columns.plain` writes a name.
_NAMES = re.compile(
    r"(first|last|middle|given|family|full|sur|patient_?|pt_)_?names?|name|surname|forename|initials"
    r"|mrn|(medical|hospital|health|case)_?(record)?_?(number|no|nr)|record_(number|no)|nhs(_?(number|no))?"
    r"|ssn|social_security.*|national_id.*|passport.*|insurance_(number|no|id)"
    r"|(tele)?phone.*|tel|mobile.*|cell_?phone.*|fax|e_?mail.*|(home_)?address|street|postcode|zip(_?code)?"
    r"|(date_of_)?birth(_?(date|day))?|dob|birth_?date|geburtsdatum|vorname|nachname|telefon.*"
    r"|姓名|名字|患者姓名|病人姓名|住院号|门诊号|病案号|身份证.*|电话.*|手机.*|联系电话|邮箱|地址|住址|出生日期|生日|医保号"
)
_VALUES = {
    "an e-mail address": re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE),
    "a telephone number": re.compile(r"\+\d[\d ()/-]{7,}\d|1[3-9]\d{9}|\(?0\d{2,4}\)?[ /-]\d{5,}"),
    "a national number": re.compile(r"\d{17}[\dXx]|\d{3}-\d{2}-\d{4}"),
}


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
        found = [value for value in different if pattern.fullmatch(value)]
        if found:
            return what, values.isin(found)
    return None
