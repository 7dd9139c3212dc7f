//! Quantiles of the gamma and Student distributions, as intervals need them.
//!
//! Comes in: a probability and parameters. Goes out: the quantile, to about 1e-10. Refuses
//! nothing: parameters out of range are a caller's mistake and are asserted.

/// Lanczos coefficients for g = 7, n = 9 (Godfrey 2001).
const LANCZOS: [f64; 9] = [
    0.999_999_999_999_809_9,
    676.520_368_121_885_1,
    -1_259.139_216_722_402_8,
    771.323_428_777_653_1,
    -176.615_029_162_140_6,
    12.507_343_278_686_905,
    -0.138_571_095_265_720_12,
    9.984_369_578_019_572e-6,
    1.505_632_735_149_311_6e-7,
];

/// Logarithm of the gamma function for `x` > 0 (Lanczos 1964).
pub(super) fn ln_gamma(x: f64) -> f64 {
    assert!(x > 0.0, "the gamma function is wanted above 0 only");
    if x < 0.5 {
        // Reflection keeps the series where it converges.
        let sine = (std::f64::consts::PI * x).sin();
        return (std::f64::consts::PI / sine).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let t = x + 7.5;
    let sum = LANCZOS
        .iter()
        .enumerate()
        .skip(1)
        .fold(LANCZOS[0], |sum, (i, c)| sum + c / (x + i as f64));
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// Lower regularised incomplete gamma function P(a, x): series below a + 1, continued fraction
/// (modified Lentz) above (Abramowitz & Stegun 6.5.29, 6.5.31).
pub(super) fn gamma_p(a: f64, x: f64) -> f64 {
    assert!(a > 0.0 && x >= 0.0, "P(a, x) is wanted for a > 0, x >= 0");
    if x == 0.0 {
        return 0.0;
    }
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    // Near x = a both need about 10 sqrt(a) terms.
    let terms_max = 1_000 + (20.0 * a.sqrt()) as usize;
    if x < a + 1.0 {
        let (mut term, mut sum) = (1.0 / a, 1.0 / a);
        for n in 1..terms_max {
            term *= x / (a + n as f64);
            sum += term;
            if term < sum * 1e-16 {
                break;
            }
        }
        return front * sum;
    }
    let mut denominator = x + 1.0 - a;
    let mut forward = 1e300;
    let mut backward = 1.0 / denominator;
    let mut fraction = backward;
    for i in 1..terms_max {
        let numerator = -(i as f64) * (i as f64 - a);
        denominator += 2.0;
        backward = 1.0 / nonzero(numerator * backward + denominator);
        forward = nonzero(denominator + numerator / forward);
        let step = backward * forward;
        fraction *= step;
        if (step - 1.0).abs() < 1e-15 {
            break;
        }
    }
    1.0 - front * fraction
}

/// Quantile of the gamma distribution with shape `a` and scale 1.
pub(super) fn gamma_quantile(probability: f64, a: f64) -> f64 {
    let high = a + 10.0 * a.sqrt() + 20.0;
    bisect(0.0, high, |x| gamma_p(a, x) < probability)
}

/// Regularised incomplete beta function `I_x(a`, b) by its continued fraction (Abramowitz & Stegun
/// 26.5.8).
pub(super) fn beta_i(x: f64, a: f64, b: f64) -> f64 {
    assert!(
        (0.0..=1.0).contains(&x) && a > 0.0 && b > 0.0,
        "I_x(a, b) is wanted for x in 0..1, a, b > 0"
    );
    if x <= 0.0 || x >= 1.0 {
        return x;
    }
    let ln_front = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln();
    if x < (a + 1.0) / (a + b + 2.0) {
        ln_front.exp() * beta_fraction(x, a, b) / a
    } else {
        1.0 - ln_front.exp() * beta_fraction(1.0 - x, b, a) / b
    }
}

fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    let mut forward = 1.0;
    let mut backward = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = backward;
    for m in 1..10_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut step = 1.0;
        for term in [even, odd] {
            backward = 1.0 / nonzero(1.0 + term * backward);
            forward = nonzero(1.0 + term / forward);
            step = backward * forward;
            fraction *= step;
        }
        if (step - 1.0).abs() < 1e-15 {
            break;
        }
    }
    fraction
}

/// Quantile of Student's t for a probability of one half or more.
pub(super) fn student_quantile(probability: f64, degrees: f64) -> f64 {
    assert!(
        (0.5..1.0).contains(&probability) && degrees > 0.0,
        "the upper half of Student's t is wanted"
    );
    // P(T > t) is half of I_{df / (df + t^2)}(df / 2, 1 / 2).
    let tail = |t: f64| 0.5 * beta_i(degrees / (degrees + t * t), degrees / 2.0, 0.5);
    bisect(0.0, 1e4, |t| tail(t) > 1.0 - probability)
}

/// The point between `low` and `high` where `is_below` turns false.
fn bisect(mut low: f64, mut high: f64, is_below: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if is_below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

fn nonzero(x: f64) -> f64 {
    if x.abs() < 1e-300 { 1e-300 } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64, tolerance: f64) {
        assert!((a - b).abs() < tolerance, "{a} is not {b}");
    }

    #[test]
    fn factorials() {
        close(ln_gamma(5.0), 24f64.ln(), 1e-12);
        close(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln(), 1e-12);
    }

    #[test]
    fn quantiles_of_printed_tables() {
        // Chi-squared .975 with 10 degrees: 20.483 (Fisher & Yates); twice a gamma of shape 5.
        close(2.0 * gamma_quantile(0.975, 5.0), 20.483_177_35, 1e-7);
        close(2.0 * gamma_quantile(0.025, 5.0), 3.246_972_78, 1e-7);
        // Student .975 with 4, 7 and 30 degrees.
        close(student_quantile(0.975, 4.0), 2.776_445_105, 1e-8);
        close(student_quantile(0.975, 7.0), 2.364_624_252, 1e-8);
        close(student_quantile(0.975, 30.0), 2.042_272_456, 1e-8);
    }

    #[test]
    fn large_shapes_converge() {
        let x = gamma_quantile(0.975, 1e6);
        close(gamma_p(1e6, x), 0.975, 1e-9);
    }
}
