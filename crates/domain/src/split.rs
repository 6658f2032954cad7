//! Dividing an amount over weights so that the parts sum to it exactly.
//!
//! The carry is never stored. For fixed weights with sum W each carry is a multiple of 1/W and follows from what was
//! given so far: `carry[i] = (Σ given × weight[i] − W × given[i]) / W`, what was taken back counted negative. So a
//! node keeps only integer sums of recorded facts, which add up in any order of arrival, and Σ carry = 0 always.

use crate::money::Fen;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    #[error("the amount is too large to divide")]
    AmountTooLarge,
    #[error("an amount below zero cannot be divided")]
    AmountNegative,
    /// A weight below zero, none above zero though there is something to divide, or another number of weights
    /// than the carry was figured for.
    #[error("the weights cannot divide the amount")]
    WeightsUnfit,
}

impl SplitError {
    pub fn code(self) -> &'static str {
        match self {
            SplitError::AmountTooLarge => "amount_too_large",
            SplitError::AmountNegative => "amount_negative",
            SplitError::WeightsUnfit => "weights_unfit",
        }
    }
}

/// What each share is still owed (or was given ahead), exactly: numerators over one denominator, Σ = 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carry {
    numerators: Vec<i128>,
    /// The sum of the weights.
    denominator: i128,
}

impl Carry {
    pub fn zero(weights: &[i64]) -> Result<Carry, SplitError> {
        Ok(Carry {
            numerators: vec![0; weights.len()],
            denominator: weight_sum(weights)?,
        })
    }

    /// The carry after each share was given `given[i]` in all (less what was taken back).
    pub fn from_given(weights: &[i64], given: &[Fen]) -> Result<Carry, SplitError> {
        if weights.len() != given.len() {
            return Err(SplitError::WeightsUnfit);
        }
        let denominator = weight_sum(weights)?;
        let given_sum = given
            .iter()
            .try_fold(0_i128, |sum, part| sum.checked_add(i128::from(part.get())))
            .ok_or(SplitError::AmountTooLarge)?;
        let numerators = weights
            .iter()
            .zip(given)
            .map(|(weight, part)| {
                let ideal = given_sum.checked_mul(i128::from(*weight))?;
                ideal.checked_sub(denominator.checked_mul(i128::from(part.get()))?)
            })
            .collect::<Option<Vec<_>>>()
            .ok_or(SplitError::AmountTooLarge)?;
        Ok(Carry {
            numerators,
            denominator,
        })
    }

    pub fn numerators(&self) -> &[i128] {
        &self.numerators
    }

    pub fn denominator(&self) -> i128 {
        self.denominator
    }
}

/// Largest remainder: each gets the floor of its exact part, the fen left over go to the largest remainders,
/// ties to the earlier. It is [`split`] with nothing carried.
pub fn apportion(amount: Fen, weights: &[i64]) -> Result<Vec<Fen>, SplitError> {
    split(amount, weights, &Carry::zero(weights)?)
}

/// Apportion that remembers: `ideal = carry + amount × weight / Σweight`, each gets its floor (at least 0), and the
/// fen that are over or missing go to, or come from, those furthest behind or ahead.
pub fn split(amount: Fen, weights: &[i64], carry: &Carry) -> Result<Vec<Fen>, SplitError> {
    if amount.is_negative() {
        return Err(SplitError::AmountNegative);
    }
    if weights.len() != carry.numerators.len() || weight_sum(weights)? != carry.denominator {
        return Err(SplitError::WeightsUnfit);
    }
    if amount == Fen::ZERO {
        return Ok(vec![Fen::ZERO; weights.len()]);
    }
    if carry.denominator == 0 {
        return Err(SplitError::WeightsUnfit);
    }
    let amount = i128::from(amount.get());
    divide(amount, weights, carry)
        .and_then(|given| {
            given
                .into_iter()
                .map(|part| i64::try_from(part).ok().map(Fen::new))
                .collect::<Option<Vec<_>>>()
        })
        .ok_or(SplitError::AmountTooLarge)
}

/// None on overflow.
fn divide(amount: i128, weights: &[i64], carry: &Carry) -> Option<Vec<i128>> {
    let whole = carry.denominator;
    let mut given = Vec::with_capacity(weights.len());
    // ideal − given, times the denominator: within 0..denominator, or negative where the floor was cut off at 0
    let mut remainders = Vec::with_capacity(weights.len());
    let mut given_sum = 0_i128;
    for (weight, carried) in weights.iter().zip(&carry.numerators) {
        let ideal = amount.checked_mul(i128::from(*weight))?.checked_add(*carried)?;
        let part = ideal.max(0).checked_div(whole)?;
        given_sum = given_sum.checked_add(part)?;
        remainders.push(ideal.checked_sub(part.checked_mul(whole)?)?);
        given.push(part);
    }
    let mut order: Vec<usize> = (0..given.len()).collect();
    if given_sum <= amount {
        // Σ carry = 0, so the fen left over are fewer than the remainders above zero: nobody gets two.
        let left_over = usize::try_from(amount.checked_sub(given_sum)?).ok()?;
        order.sort_by_key(|&index| (std::cmp::Reverse(remainders[index]), index));
        for &index in order.iter().take(left_over) {
            given[index] = given[index].checked_add(1)?;
        }
    } else {
        order.retain(|&index| given[index] > 0);
        order.sort_by_key(|&index| (remainders[index], std::cmp::Reverse(index)));
        take_back(&mut given, &order, given_sum.checked_sub(amount)?)?;
    }
    Some(given)
}

/// Takes `excess` fen, one at a time in `order`, again and again, from those who still have something. Each round
/// moves every remainder up by one, so the order stays. Whole rounds are taken at once: a history that never came
/// from `split` (a damaged database) must not keep a till busy for hours.
fn take_back(given: &mut [i128], order: &[usize], excess: i128) -> Option<()> {
    let taken_after = |rounds: i128| {
        order
            .iter()
            .try_fold(0_i128, |sum, &index| sum.checked_add(given[index].min(rounds)))
    };
    // The most whole rounds that do not take more than the excess, found by halving.
    let (mut fits, mut exceeds) = (0_i128, excess.checked_add(1)?);
    while exceeds.checked_sub(fits)? > 1 {
        let middle = fits.checked_add(exceeds)?.checked_div(2)?;
        if taken_after(middle)? <= excess {
            fits = middle;
        } else {
            exceeds = middle;
        }
    }
    let mut missing = excess.checked_sub(taken_after(fits)?)?;
    for &index in order {
        let mut taken = given[index].min(fits);
        if missing > 0 && given[index] > taken {
            taken = taken.checked_add(1)?;
            missing = missing.checked_sub(1)?;
        }
        given[index] = given[index].checked_sub(taken)?;
    }
    Some(())
}

fn weight_sum(weights: &[i64]) -> Result<i128, SplitError> {
    if weights.iter().any(|weight| *weight < 0) {
        return Err(SplitError::WeightsUnfit);
    }
    weights
        .iter()
        .try_fold(0_i128, |sum, weight| sum.checked_add(i128::from(*weight)))
        .ok_or(SplitError::AmountTooLarge)
}
