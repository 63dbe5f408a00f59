//! The host under load: built, started on loopback with a playbook that never closes, and
//! watched through /proc.

use std::{
    fmt::Write as _,
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The file that the host keeps everything in.
const DATA: &str = "handoff.db";

/// Workflows beside the shipped one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Workflows {
    /// Started by the same form, whose condition no lead of these meets.
    pub refusing: usize,
    /// Started by the same form, for every lead.
    pub starting: usize,
    /// Started by another event, which never comes.
    pub idle: usize,
}

pub struct Host {
    child: Child,
    pub address: SocketAddr,
    pub key: String,
    folder: tempfile::TempDir,
}

impl Host {
    pub fn start(workflows: Workflows) -> Result<Self, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).ok_or("no repository root")?;
        let binary = build(root)?;
        let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
        let playbook = folder.path().join("playbook");
        copy(&root.join("infra/cli/playbook"), &playbook).map_err(|error| format!("the playbook: {error}"))?;
        never_close(&playbook.join("organisation.yaml"))?;
        workflows.write(&playbook.join("workflows")).map_err(|error| format!("the workflows: {error}"))?;
        // A port that is free now is free a moment later, too.
        let address = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map_err(|e| e.to_string())?;
        let data = folder.path().join(DATA);
        let child = Command::new(binary)
            .arg("serve")
            .args(["--listen", &address.to_string()])
            .arg("--playbook")
            .arg(&playbook)
            .arg("--data")
            .arg(&data)
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("handoff does not start: {error}"))?;
        let mut host = Self { child, address, key: String::new(), folder };
        host.key = host.wait_for_key(&data.with_extension("key"))?;
        Ok(host)
    }

    fn wait_for_key(&mut self, file: &Path) -> Result<String, String> {
        let patience = Instant::now() + Duration::from_secs(60);
        while Instant::now() < patience {
            if let Some(status) = self.child.try_wait().map_err(|error| error.to_string())? {
                return Err(format!("handoff ended at once with {status}"));
            }
            let key = fs::read_to_string(file).unwrap_or_default().trim().to_owned();
            if !key.is_empty() && std::net::TcpStream::connect(self.address).is_ok() {
                return Ok(key);
            }
            thread::sleep(Duration::from_millis(20));
        }
        Err("handoff did not come up within 60 seconds".to_owned())
    }

    /// CPU used so far, user and system, in milliseconds.
    pub fn cpu_millis(&self) -> Result<u64, String> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).map_err(|e| e.to_string())?;
        // After the name in brackets, the 12th and 13th fields are ticks of a hundredth of a second.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |index: usize| fields.get(index).and_then(|text| text.parse::<u64>().ok());
        ticks(11).zip(ticks(12)).map(|(user, system)| (user + system) * 10).ok_or_else(|| "no CPU figures".to_owned())
    }

    /// Ends it in order, and returns how many bytes its file then has.
    pub fn stop(mut self) -> Result<u64, String> {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        asked.map_err(|error| format!("the host cannot be asked to end: {error}"))?;
        self.child.wait().map_err(|error| error.to_string())?;
        let file = fs::metadata(self.folder.path().join(DATA)).map_err(|error| format!("the host's file: {error}"))?;
        Ok(file.len())
    }

    /// The most memory it ever held.
    pub fn peak_mb(&self) -> Result<f64, String> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).map_err(|e| e.to_string())?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).ok_or("no memory figures")?;
        let kb: f64 = line.split_whitespace().nth(1).and_then(|kb| kb.parse().ok()).ok_or("no memory figures")?;
        Ok(kb / 1024.0)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Workflows {
    fn write(self, folder: &Path) -> std::io::Result<()> {
        let refusing = ("refusing", self.refusing, "form_submitted: demo-request", "if: lead.score > 1000\n");
        let starting = ("starting", self.starting, "form_submitted: demo-request", "");
        let idle = ("idle", self.idle, "call_logged: lead", "");
        for (name, number, when, condition) in [refusing, starting, idle] {
            for n in 0..number {
                let mut text = format!("workflow: {name}-{n}\npurpose: To be one of many.\n");
                text += "maintained_by: revops@example.com\nexceptions_to: revops@example.com\n";
                let _ = write!(text, "when: {{ {when} }}\n{condition}then:\n  - add_to_segment: {name}\n");
                fs::write(folder.join(format!("{name}-{n}.yaml")), text)?;
            }
        }
        Ok(())
    }
}

fn build(root: &Path) -> Result<PathBuf, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo).args(["build", "--release", "--quiet", "-p", "handoff"]).current_dir(root).status();
    match built {
        Ok(status) if status.success() => Ok(root.join("target/release/handoff")),
        Ok(status) => Err(format!("handoff did not build: {status}")),
        Err(error) => Err(format!("cargo does not start: {error}")),
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?
        } else {
            fs::copy(entry.path(), target).map(drop)?
        }
    }
    Ok(())
}

/// Opens the team around the clock: otherwise what is measured depends on the hour.
fn never_close(organisation: &Path) -> Result<(), String> {
    let text = fs::read_to_string(organisation).map_err(|error| error.to_string())?;
    let open: String =
        text.lines()
            .filter(|line| !line.starts_with("  - { date") && !line.starts_with("holidays:"))
            .map(|line| {
                if line.contains("mon-fri:") { "  mon-sun: \"00:00-24:00\"\n".to_owned() } else { format!("{line}\n") }
            })
            .collect();
    fs::write(organisation, open).map_err(|error| error.to_string())
}
