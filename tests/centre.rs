//! A centre in a process of its own, and a line to it that can be had in every state.

use crate::window::{Fault, program};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{sleep, spawn};
use std::time::Duration;

/// A program of the project's, and what it says as JSON.
pub fn told(name: &str, arguments: &[&str], data: &Path) -> Result<Value, Fault> {
    let output = Command::new(program(name)?)
        .args(arguments)
        .args(["--json", "--data"])
        .arg(data)
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{name} {arguments:?}: {said}").into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// `jishi-server serve` of 柳河县中心, gone with this.
#[derive(Debug)]
pub struct Centre {
    pub data: PathBuf,
    pub address: String,
    serving: Child,
}

impl Centre {
    pub fn start(data: &Path) -> Result<Centre, Fault> {
        Centre::start_on(data, "127.0.0.1:0")
    }

    /// Where it takes connections of other machines as well it speaks TLS.
    pub fn start_on(data: &Path, listen: &str) -> Result<Centre, Fault> {
        told(
            "jishi-server",
            &["init", "--org", "LHX", "--name", "柳河县中心"],
            data,
        )?;
        let mut serving = Command::new(program("jishi-server")?)
            .args(["serve", "--listen", listen, "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(serving.stdout.take().ok_or("no stdout")?).read_line(&mut line)?;
        let address = line
            .split_whitespace()
            .find(|word| word.contains("://"))
            .ok_or_else(|| format!("no address in {line:?}"))?;
        Ok(Centre {
            data: data.to_owned(),
            address: address.trim_end_matches('/').to_owned(),
            serving,
        })
    }

    /// Enrols a till's folder here, by way of an address.
    pub fn enrol(&self, till: &Path, by_way_of: &str) -> Result<(), Fault> {
        let invited = told(
            "jishi-server",
            &["node", "invite", "--address", by_way_of],
            &self.data,
        )?;
        let code = invited["code"].as_str().ok_or("no code")?;
        told("jishi", &["enrol", code], till)?;
        Ok(())
    }
}

impl Drop for Centre {
    fn drop(&mut self) {
        // Already gone is as good.
        let _ = self.serving.kill();
        let _ = self.serving.wait();
    }
}

/// What becomes of a request that takes this line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Good,
    /// Each answer comes so much later.
    Slow(Duration),
    /// The Wi-Fi's own page answers.
    Nonsense,
    Broken,
    /// Taken, and never answered.
    Silent,
}

#[derive(Debug)]
pub struct Line {
    pub address: String,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    state: State,
    /// Of all connections, to be cut when the state changes: a client keeps them.
    open: Vec<TcpStream>,
}

impl Line {
    pub fn to(server: &str) -> Result<Line, Fault> {
        let server: SocketAddr = server.trim_start_matches("http://").parse()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Mutex::new(Shared {
            state: State::Good,
            open: Vec::new(),
        }));
        let line = Line {
            address,
            shared: Arc::clone(&shared),
        };
        spawn(move || {
            for client in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                // One that was cut is what this is for.
                spawn(move || drop(answer(client, server, &shared)));
            }
        });
        Ok(line)
    }

    pub fn becomes(&self, state: State) {
        let mut shared = locked(&self.shared);
        shared.state = state;
        for open in shared.open.drain(..) {
            // The other side may have had enough of it.
            let _ = open.shutdown(Shutdown::Both);
        }
    }
}

fn answer(mut client: TcpStream, server: SocketAddr, shared: &Mutex<Shared>) -> std::io::Result<()> {
    let state = {
        let mut shared = locked(shared);
        shared.open.push(client.try_clone()?);
        shared.state
    };
    let (status, body) = match state {
        State::Good => return pass(client, server, Duration::ZERO, shared),
        State::Slow(later) => return pass(client, server, later, shared),
        State::Silent => ("", ""),
        State::Nonsense => ("200 OK", "<html>请先登录本店 Wi-Fi</html>"),
        State::Broken => ("500 Internal Server Error", "oops"),
    };
    let mut request = [0; 64 * 1024];
    while client.read(&mut request)? > 0 {
        if !status.is_empty() {
            let length = body.len();
            write!(
                client,
                "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
            )?;
            return client.shutdown(Shutdown::Both);
        }
    }
    Ok(())
}

fn pass(
    mut client: TcpStream,
    server: SocketAddr,
    later: Duration,
    shared: &Mutex<Shared>,
) -> std::io::Result<()> {
    let mut server = TcpStream::connect(server)?;
    locked(shared).open.push(server.try_clone()?);
    let (mut asks, mut asked) = (client.try_clone()?, server.try_clone()?);
    spawn(move || {
        let copied = std::io::copy(&mut asks, &mut asked);
        // The one that asks has gone, or was cut.
        drop((copied, asked.shutdown(Shutdown::Write)));
    });
    let mut piece = [0; 16 * 1024];
    loop {
        let read = server.read(&mut piece)?;
        if read == 0 {
            return client.shutdown(Shutdown::Both);
        }
        sleep(later);
        client.write_all(piece.get(..read).unwrap_or_default())?;
    }
}

fn locked(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
