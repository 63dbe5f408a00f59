//! A private Python environment: nothing is installed outside `target/`.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const PACKAGES: [&str; 3] = ["ministack==1.5.33", "aws-sam-translator==1.115.0", "boto3==1.43.106"];

const MISSING: &str = "this ring needs Python 3.10 or newer with its venv module: install it \
                       (Debian and Ubuntu: `apt install python3-venv`; macOS: `brew install python`) and run again";

/// The environment's interpreter; made and filled the first time.
pub fn environment(folder: &Path) -> Result<PathBuf, String> {
    let python = folder.join("bin/python");
    let done = folder.join(PACKAGES.join("+").replace("==", "-"));
    if done.exists() {
        return Ok(python);
    }
    // What it prints of its own is longer than what there is to do.
    let mut make = Command::new("python3");
    make.args(["-m", "venv", "--clear"]).arg(folder).stdout(Stdio::null()).stderr(Stdio::null());
    run(&mut make).map_err(|_| MISSING.to_owned())?;
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(PACKAGES))
        .map_err(|why| format!("{} cannot be installed with pip: {why}", PACKAGES.join(", ")))?;
    std::fs::write(&done, "").map_err(|error| format!("{} cannot be written: {error}", done.display()))?;
    Ok(python)
}

fn run(command: &mut Command) -> Result<(), String> {
    let status = command.stdin(Stdio::null()).status().map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(status.to_string()) }
}
