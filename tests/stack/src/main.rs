//! The stack ring: the real template and the real function binaries on an emulated AWS account.
//!
//! Brings everything up by itself on loopback, and takes it down again: a private Python
//! environment under `target/`, the functions, the emulator. The checks are in `python/`.

mod emulator;
mod python;

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    time::Duration,
};

use emulator::Emulator;

/// The whole ring, with its checks of permissions, ends by then.
const LONGEST: Duration = Duration::from_secs(1200);

const FUNCTIONS: [&str; 6] = ["intake", "evaluate", "assign", "act", "escalate", "console"];

fn main() -> ExitCode {
    match ring() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("stack: {why}");
            println!("0 passed, 1 failed");
            ExitCode::FAILURE
        }
    }
}

fn ring() -> Result<bool, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).ok_or("the workspace is two levels up")?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let python = python::environment(&target.join("stack-python"))?;
    let code = Code::given_or_built(root, &target)?;
    let emulator = Emulator::start(&python, &target)?;
    let mut checks = Command::new(&python);
    checks
        .arg("-u")
        .arg(root.join("tests/stack/python/ring.py"))
        .args(env::args_os().skip(1))
        .envs(emulator.environment())
        .env("STACK_ROOT", root)
        .env(code.variable, code.folder);
    emulator::run_until(checks, LONGEST)
}

/// What is deployed: a folder, and the variable by which the checks know what lies in it.
struct Code {
    variable: &'static str,
    folder: PathBuf,
}

impl Code {
    /// The archives that `infra/README.md` builds where `STACK_ARCHIVES` names their folder, else the
    /// functions as this ring builds them.
    fn given_or_built(root: &Path, target: &Path) -> Result<Self, String> {
        match env::var_os("STACK_ARCHIVES") {
            Some(folder) => {
                let folder = root.join(folder);
                println!("      on the archives of {}", folder.display());
                Ok(Self { variable: "STACK_ARCHIVES", folder })
            }
            None => Ok(Self { variable: "STACK_BINARIES", folder: build(root, target)? }),
        }
    }
}

/// Builds the functions for this machine, which is where they run here.
///
/// With the dev profile, whose dependencies `cargo test --workspace` has built already: what this
/// ring asks is whether the functions and the template fit together, and the optimised build asks
/// nothing more of that and takes many times as long.
fn build(root: &Path, target: &Path) -> Result<PathBuf, String> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root).args(["build", "--quiet"]);
    for name in FUNCTIONS {
        cargo.args(["-p", &format!("{name}-function")]);
    }
    let built = cargo.status().map_err(|error| format!("cargo cannot be started: {error}"))?;
    if !built.success() {
        return Err("the functions cannot be built".to_owned());
    }
    let stripped = target.join("stack-functions");
    std::fs::create_dir_all(&stripped).map_err(|error| format!("{} cannot be made: {error}", stripped.display()))?;
    for name in FUNCTIONS {
        strip(&target.join("debug").join(name), &stripped.join(name))?;
    }
    Ok(stripped)
}

/// Copies a binary without its debug information, which is most of it and is uploaded for nothing.
/// Without a tool that removes it, the copy is whole: slower to upload, and otherwise the same.
fn strip(from: &Path, to: &Path) -> Result<(), String> {
    for (tool, before) in [("strip", &["-o"][..]), ("objcopy", &["--strip-all"][..])] {
        let mut command = Command::new(tool);
        command.args(before);
        // `strip -o to from`, `objcopy --strip-all from to`.
        let done = if tool == "strip" { command.arg(to).arg(from) } else { command.arg(from).arg(to) };
        if done.stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
            return Ok(());
        }
    }
    std::fs::copy(from, to).map(drop).map_err(|error| format!("{} was not built: {error}", from.display()))
}
