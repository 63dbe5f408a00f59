//! A line plot as SVG: weeks across, records up, on a scale where each step is a factor.

use std::fmt::Write;

const WIDTH: f64 = 920.0;
const HEIGHT: f64 = 480.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 230.0;
const TOP: f64 = 50.0;
const BOTTOM: f64 = 55.0;

/// The lines on the scale; what is smaller than the first or larger than the last is drawn on it.
const TICKS: [f64; 11] = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0];

/// Colours that can be told apart by most eyes.
const COLOURS: [&str; 8] = ["#0072b2", "#009e73", "#56b4e9", "#999999", "#cc79a7", "#d55e00", "#e69f00", "#000000"];

/// One line of the plot.
pub struct Line {
    pub name: String,
    /// Drawn strong; others are dashed.
    pub strong: bool,
    pub values: Vec<f64>,
}

/// Draws lines of the same length.
pub fn svg(title: &str, across: &str, up: &str, lines: &[Line]) -> String {
    let mut svg = String::new();
    let _ = writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="white"/>
<text x="{LEFT}" y="26" font-size="16">{}</text>"#,
        escaped(title)
    );
    let count = lines.iter().map(|line| line.values.len()).max().unwrap_or(1);
    scale(&mut svg, count);
    let middle = (TOP + HEIGHT - BOTTOM) / 2.0;
    let _ = writeln!(
        svg,
        r#"<text x="{}" y="{}" text-anchor="middle">{}</text>
<text x="20" y="{middle}" text-anchor="middle" transform="rotate(-90 20 {middle})">{}</text>"#,
        (LEFT + WIDTH - RIGHT) / 2.0,
        HEIGHT - 14.0,
        escaped(across),
        escaped(up)
    );
    for (place, line) in lines.iter().enumerate() {
        draw(&mut svg, place, line, count);
    }
    svg + "</svg>\n"
}

fn scale(svg: &mut String, count: usize) {
    for tick in TICKS {
        let y = height_of(tick);
        let _ = writeln!(
            svg,
            r##"<line x1="{LEFT}" y1="{y:.1}" x2="{:.1}" y2="{y:.1}" stroke="#dddddd"/>
<text x="{:.1}" y="{:.1}" text-anchor="end">{tick}</text>"##,
            WIDTH - RIGHT,
            LEFT - 8.0,
            y + 4.0
        );
    }
    for step in (4..=count).step_by(4) {
        let _ = writeln!(
            svg,
            r#"<text x="{:.1}" y="{:.1}" text-anchor="middle">{step}</text>"#,
            place_of(step - 1, count),
            HEIGHT - BOTTOM + 20.0
        );
    }
}

fn draw(svg: &mut String, place: usize, line: &Line, count: usize) {
    let colour = COLOURS[place % COLOURS.len()];
    let (width, dash) = if line.strong { (2.5, "none") } else { (1.5, "5 3") };
    let stroke = format!(r#"stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dash}""#);
    let points = line.values.iter().enumerate();
    let points = points.map(|(index, value)| format!("{:.1},{:.1} ", place_of(index, count), height_of(*value)));
    let points: String = points.collect();
    let (x, y) = (WIDTH - RIGHT + 18.0, TOP + 10.0 + 24.0 * place as f64);
    let _ = writeln!(
        svg,
        r#"<polyline fill="none" {stroke} points="{}"/>
<line x1="{x}" y1="{y}" x2="{}" y2="{y}" {stroke}/>
<text x="{}" y="{}">{}</text>"#,
        points.trim_end(),
        x + 26.0,
        x + 33.0,
        y + 4.0,
        escaped(&line.name)
    );
}

fn place_of(index: usize, count: usize) -> f64 {
    LEFT + (WIDTH - RIGHT - LEFT) * index as f64 / (count.max(2) - 1) as f64
}

fn height_of(value: f64) -> f64 {
    let (least, most) = (TICKS[0], TICKS[TICKS.len() - 1]);
    let part = (value.clamp(least, most) / least).ln() / (most / least).ln();
    HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * part
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_has_its_axes_a_legend_and_a_point_for_each_value() {
        let line = |name: &str, values: &[f64]| Line { name: name.to_owned(), strong: true, values: values.to_vec() };
        let svg = svg("a < b", "week", "records", &[line("ours", &[0.5, 2000.0, 9.0]), line("R&D", &[1.0, 1.0, 1.0])]);
        for expected in ["a &lt; b", ">week<", ">records<", ">ours<", ">R&amp;D<", ">100<"] {
            assert!(svg.contains(expected), "{expected} is not in {svg}");
        }
        assert_eq!(svg.matches("<polyline").count(), 2);
        // From the left at the bottom to the middle at the top.
        assert!(svg.contains(r#"points="70.0,425.0 380.0,50.0 "#), "{svg}");
    }
}
