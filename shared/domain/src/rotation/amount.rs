//! A number of records as an exact-enough fraction.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign, Neg, Sub, SubAssign},
    str::FromStr,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A number of records in units of 10⁻¹⁸, as text with its decimals: `-0.25`.
///
/// Only [`Amount::per`] rounds: down, by less than one unit. What a member of weight `w` is
/// due therefore errs by less than `w` units for each pick they took part in: with the
/// largest weight, 1000, by less than a millionth of a record after 10⁹ picks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(i128);

const DECIMALS: usize = 18;
const ONE: i128 = 10_i128.pow(DECIMALS as u32);
const BILLIONTH: i128 = ONE / 1_000_000_000;

/// Text that is not a number of records.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a number with at most {DECIMALS} decimals, for example -0.25")]
pub struct AmountError(String);

impl Amount {
    pub const ZERO: Self = Self(0);
    pub const ONE: Self = Self(ONE);

    pub fn whole(records: u64) -> Self {
        Self(i128::from(records) * ONE)
    }

    /// One record divided by this many.
    ///
    /// # Panics
    /// For 0: there is nothing to divide among.
    pub fn per(parts: u64) -> Self {
        Self(ONE / i128::from(parts))
    }

    pub fn times(self, weight: u32) -> Self {
        Self(self.0 * i128::from(weight))
    }

    pub fn divided_by(self, parts: u64) -> Self {
        Self(self.0 / i128::from(parts))
    }

    /// The ratio to another amount, to about nine digits. None for a divisor of (nearly) 0, and beyond all measure.
    pub fn over(self, other: Self) -> Option<Self> {
        let (own, other) = (self.0 / BILLIONTH, other.0 / BILLIONTH);
        own.checked_mul(ONE)?.checked_div(other).map(Self)
    }

    /// In billionths of a record, rounded to the nearest.
    pub fn billionths(self) -> i64 {
        let billionths = (self.0 + BILLIONTH / 2).div_euclid(BILLIONTH);
        i64::try_from(billionths).unwrap_or(if billionths < 0 { i64::MIN } else { i64::MAX })
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0.unsigned_abs() / ONE.unsigned_abs(), self.0.unsigned_abs() % ONE.unsigned_abs());
        let sign = if self.0 < 0 { "-" } else { "" };
        let decimals = format!("{rest:0DECIMALS$}");
        match decimals.trim_end_matches('0') {
            "" => write!(f, "{sign}{whole}"),
            decimals => write!(f, "{sign}{whole}.{decimals}"),
        }
    }
}

impl FromStr for Amount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || AmountError(text.to_owned());
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty()
            || digits.ends_with('.')
            || decimals.len() > DECIMALS
            || !is_digits(whole)
            || !is_digits(decimals)
        {
            return Err(error());
        }
        let units: i128 = format!("{whole}{decimals:0<DECIMALS$}").parse().map_err(|_| error())?;
        Ok(Self(if negative { -units } else { units }))
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl Add for Amount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Amount {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Amount {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl SubAssign for Amount {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_reads_back_what_it_writes() {
        for text in ["0", "1", "-1", "0.25", "-0.25", "0.333333333333333333", "12345678901.000000000000000001"] {
            assert_eq!(text.parse::<Amount>().unwrap().to_string(), text);
        }
        for text in ["", "-", ".5", "1.", "x", "1.0000000000000000001", "1e3", "--1", "1.-5"] {
            let read = text.parse::<Amount>();
            assert!(read.is_err(), "{text:?} was read as {read:?}");
        }
    }

    #[test]
    fn a_third_loses_less_than_one_unit() {
        let third = Amount::per(3);
        assert_eq!((third.times(3).to_string(), third.billionths()), ("0.999999999999999999".to_owned(), 333_333_333));
        assert_eq!((-third).billionths(), -333_333_333, "to the nearest, also below 0");
        assert_eq!(Amount::whole(6).over(Amount::whole(4)).map(|half| half.to_string()), Some("1.5".to_owned()));
        assert_eq!(Amount::ONE.over(Amount::ZERO), None);
        assert_eq!([third, -third, Amount::ONE].into_iter().sum::<Amount>(), Amount::whole(1));
    }
}
