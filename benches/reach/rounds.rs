/// Two series measured in turn.
#[derive(Default)]
pub(crate) struct Rounds {
    ours: Vec<f64>,
    bare: Vec<f64>,
}

impl Rounds {
    pub(crate) fn ours(&mut self, value: f64) {
        self.ours.push(value);
    }

    pub(crate) fn bare(&mut self, value: f64) {
        self.bare.push(value);
    }

    pub(crate) fn median_of_ours(&self) -> f64 {
        median(&self.ours)
    }

    pub(crate) fn median_of_bare(&self) -> f64 {
        median(&self.bare)
    }

    /// Ours by theirs: the median of the rounds' own ratios, so that drift between rounds does not count.
    pub(crate) fn ratio(&self) -> f64 {
        let ratios: Vec<f64> = self.ours.iter().zip(&self.bare).map(|(ours, bare)| ours / bare).collect();
        median(&ratios)
    }
}

pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// NaN of nothing.
pub(crate) fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
}
