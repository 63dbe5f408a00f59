//! The emulated account: one process on loopback, ended with the ring.

use std::{
    fs::{self, File},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const POLL: Duration = Duration::from_millis(100);

/// A running emulator. Dropping it ends it, and what it started.
pub struct Emulator {
    process: Child,
    port: u16,
    unpacked: PathBuf,
}

impl Emulator {
    pub fn start(python: &Path, target: &Path) -> Result<Self, String> {
        let port = free_port().map_err(|error| format!("no free port on loopback: {error}"))?;
        let log = target.join("stack.log");
        let file = File::create(&log).map_err(|error| format!("{} cannot be written: {error}", log.display()))?;
        let errors = file.try_clone().map_err(|error| error.to_string())?;
        // It unpacks the functions into the folder for temporary files and leaves them there.
        let unpacked = target.join("stack-unpacked");
        fs::create_dir_all(&unpacked).map_err(|error| format!("{} cannot be made: {error}", unpacked.display()))?;
        println!("      the emulator listens on 127.0.0.1:{port}; its log is {}", log.display());
        let process = Command::new(python)
            .args(["-m", "ministack"])
            .current_dir(target)
            .env("GATEWAY_PORT", port.to_string())
            .env("BIND_HOST", "127.0.0.1")
            .env("AUTH", "true")
            .env("TMPDIR", &unpacked)
            .envs(environment(port))
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(errors)
            .spawn()
            .map_err(|error| format!("the emulator cannot be started: {error}"))?;
        Ok(Self { process, port, unpacked })
    }

    /// What a client of it needs. The functions get the address from the emulator itself.
    pub fn environment(&self) -> [(&'static str, String); 4] {
        environment(self.port)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // Asked first: it then ends the functions that it started.
        let asked = Command::new("kill").arg(self.process.id().to_string()).status();
        let end = Instant::now() + Duration::from_secs(10);
        while asked.is_ok() && Instant::now() < end && matches!(self.process.try_wait(), Ok(None)) {
            thread::sleep(POLL);
        }
        drop(self.process.kill());
        drop(self.process.wait());
        drop(fs::remove_dir_all(&self.unpacked));
    }
}

/// Runs a command to its end, or ends it when its time is over. Returns whether it succeeded.
pub fn run_until(mut command: Command, longest: Duration) -> Result<bool, String> {
    let mut process =
        command.stdin(Stdio::null()).spawn().map_err(|error| format!("the checks cannot be started: {error}"))?;
    let end = Instant::now() + longest;
    loop {
        match process.try_wait().map_err(|error| error.to_string())? {
            Some(status) => return Ok(status.success()),
            None if Instant::now() < end => thread::sleep(POLL),
            None => {
                drop(process.kill());
                drop(process.wait());
                return Err(format!("the checks took longer than {} seconds", longest.as_secs()));
            }
        }
    }
}

fn environment(port: u16) -> [(&'static str, String); 4] {
    [
        ("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}")),
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
    ]
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
