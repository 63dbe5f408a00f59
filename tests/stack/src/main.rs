//! The stack ring: the real template and the real function binaries on an emulated AWS account.
//!
//! Brings everything up by itself on loopback, and takes it down again: a private Python
//! environment under `target/`, the functions, the emulator. The checks are in `python/`.

mod emulator;
mod python;

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
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
            ExitCode::FAILURE
        }
    }
}

fn ring() -> Result<bool, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).ok_or("the workspace is two levels up")?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let python = python::environment(&target.join("stack-python"))?;
    let binaries = build(root, &target)?;
    let emulator = Emulator::start(&python, &target)?;
    let mut checks = Command::new(&python);
    checks
        .arg("-u")
        .arg(root.join("tests/stack/python/ring.py"))
        .args(env::args_os().skip(1))
        .envs(emulator.environment())
        .env("STACK_ROOT", root)
        .env("STACK_BINARIES", binaries);
    emulator::run_until(checks, LONGEST)
}

/// Builds the functions as they are deployed, for this machine: its C library must not be newer
/// than that of provided.al2023 only where they really go to AWS; here they run where they were built.
fn build(root: &Path, target: &Path) -> Result<PathBuf, String> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root).args(["build", "--quiet", "--profile", "function"]);
    for name in FUNCTIONS {
        cargo.args(["-p", &format!("{name}-function")]);
    }
    let built = cargo.status().map_err(|error| format!("cargo cannot be started: {error}"))?;
    if !built.success() {
        return Err("the functions cannot be built".to_owned());
    }
    let binaries = target.join("function");
    for name in FUNCTIONS {
        let size =
            std::fs::metadata(binaries.join(name)).map_err(|error| format!("{name} was not built: {error}"))?.len();
        println!("      {name} has {}.{} MB", size / 1_000_000, size / 100_000 % 10);
    }
    Ok(binaries)
}
