//! Memory that was freed, given back to the system. glibc keeps what is free below the top of each thread's arena for
//! what may come; after a load that is more than the server ever needs again (218 MB for the département, most of it
//! free). Beside `mapping` the only `unsafe` of the crate.

#![allow(unsafe_code)]

/// Gives back what is free, after work that took much and ended. Costs milliseconds.
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        use std::ffi::c_int;
        // SAFETY: malloc_trim(3) of the C library that this is linked with, with its signature. It takes no
        // pointer, locks each arena that it looks at (MT-Safe), and touches only pages that nobody has allocated.
        unsafe extern "C" {
            safe fn malloc_trim(keep: usize) -> c_int;
        }
        malloc_trim(0);
    }
}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::*;

    const PIECE: usize = 4096;
    const PIECES: usize = 32 * 1024;

    /// Anonymous memory of this process, in bytes.
    fn anonymous() -> usize {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("RssAnon")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
    }

    #[test]
    fn what_was_freed_between_what_is_kept_is_given_back() {
        let mut pieces: Vec<Option<Vec<u8>>> = (0..PIECES).map(|_| Some(vec![1; PIECE])).collect();
        let kept = |place: usize| place.is_multiple_of(64);
        pieces.iter_mut().enumerate().for_each(|(place, piece)| {
            piece.take_if(|_| !kept(place));
        });
        let before = anonymous();
        give_back();
        let less = before.saturating_sub(anonymous());
        // Tests beside this one take some.
        assert!(less > PIECES * PIECE / 2, "{less} bytes less");
        let whole = pieces.iter().flatten().all(|piece| piece.iter().all(|byte| *byte == 1));
        assert!(whole && pieces.iter().flatten().count() == PIECES / 64);
    }
}
