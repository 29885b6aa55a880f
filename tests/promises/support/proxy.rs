//! A TCP proxy between the server and its database, to be cut, or to fall silent without closing.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// A proxy on a port of its own.
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Whether new connections are accepted and nothing else.
    is_silent: AtomicBool,
    /// Those that there are, each with whether nothing of it is passed on any more.
    connections: Mutex<Vec<(TcpStream, Arc<AtomicBool>)>>,
}

impl Proxy {
    /// A proxy of a port on this machine.
    pub fn to(port: u16) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Proxy { port: listener.local_addr().unwrap().port(), shared: Arc::default() };
        let shared = proxy.shared.clone();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let silent = Arc::new(AtomicBool::new(shared.is_silent.load(Ordering::SeqCst)));
                let held = (client.try_clone().unwrap(), silent.clone());
                shared.connections.lock().unwrap().push(held);
                let Ok(server) = TcpStream::connect(("127.0.0.1", port)) else { continue };
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let silent = silent.clone();
                    thread::spawn(move || pass_on(from, to, &silent));
                }
            }
        });
        proxy
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Passes nothing on any more, neither of connections that there are nor of new ones.
    pub fn hang(&self) {
        self.shared.is_silent.store(true, Ordering::SeqCst);
        let connections = self.shared.connections.lock().unwrap();
        connections.iter().for_each(|(_, silent)| silent.store(true, Ordering::SeqCst));
    }

    /// New connections work again; those that hang go on hanging.
    pub fn recover(&self) {
        self.shared.is_silent.store(false, Ordering::SeqCst);
    }

    /// Cuts all connections.
    pub fn cut(&self) {
        for (connection, _) in self.shared.connections.lock().unwrap().drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, silent: &AtomicBool) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        if !silent.load(Ordering::SeqCst) && to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    if !silent.load(Ordering::SeqCst) {
        let _ = (to.shutdown(Shutdown::Both), from.shutdown(Shutdown::Both));
    }
}
