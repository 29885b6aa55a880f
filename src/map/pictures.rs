//! Images of archives' tiles, decoded, kept between maps within a budget of bytes: neighbouring maps and
//! zooms draw the same ones. Not finished maps: [`crate::cache`] keeps those.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::geo::tile::TileId;
use crate::render::picture::Picture;

/// Some 250 tiles of 256 pixels, or 60 of 512.
const BYTES: usize = 64 << 20;

/// Which image: an archive's id, its edition, a tile.
type Key = (String, u64, TileId);

/// Decoded images. None is kept of a tile that is not there.
#[derive(Debug, Default)]
pub struct Pictures(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// Each with when it was asked for last.
    pictures: HashMap<Key, (Arc<Picture>, u64)>,
    bytes: usize,
    now: u64,
}

impl Pictures {
    /// The image of a key, or else what `decode` makes.
    ///
    /// # Errors
    /// Where that fails.
    pub fn get<E>(
        &self,
        key: Key,
        decode: impl FnOnce() -> Result<Option<Picture>, E>,
    ) -> Result<Option<Arc<Picture>>, E> {
        if let Some(picture) = self.kept(|kept| kept.find(&key)) {
            return Ok(Some(picture));
        }
        // Two threads may decode one image: less is lost than if all waited for each.
        let Some(picture) = decode()?.map(Arc::new) else { return Ok(None) };
        self.kept(|kept| kept.insert(key, picture.clone()));
        Ok(Some(picture))
    }

    fn kept<T>(&self, ask: impl FnOnce(&mut Kept) -> T) -> T {
        ask(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Kept {
    fn find(&mut self, key: &Key) -> Option<Arc<Picture>> {
        self.now += 1;
        let (picture, asked) = self.pictures.get_mut(key)?;
        *asked = self.now;
        Some(picture.clone())
    }

    /// Keeps an image, and forgets those that nobody asked for longest.
    fn insert(&mut self, key: Key, picture: Arc<Picture>) {
        self.bytes += bytes(&picture);
        if let Some((before, _)) = self.pictures.insert(key, (picture, self.now)) {
            self.bytes -= bytes(&before);
        }
        while self.bytes > BYTES
            && let Some((key, _)) = self.pictures.iter().min_by_key(|(_, (_, asked))| *asked)
        {
            let key = key.clone();
            if let Some((gone, _)) = self.pictures.remove(&key) {
                self.bytes -= bytes(&gone);
            }
        }
    }
}

fn bytes(picture: &Picture) -> usize {
    size_of_val(picture.pixels())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(side: u32) -> Picture {
        Picture::from_straight(side, side, &vec![0; 4 * (side * side) as usize]).unwrap()
    }

    #[test]
    fn an_image_is_decoded_once_and_the_longest_unasked_is_forgotten() {
        let pictures = Pictures::default();
        let key = |x: u32| ("ortho".to_owned(), 1, TileId::new(10, x, 0).unwrap());
        let get = |x: u32, is_new: bool| {
            let mut decoded = false;
            let made = pictures.get(key(x), || -> Result<_, ()> {
                decoded = true;
                Ok(Some(picture(1024)))
            });
            assert_eq!((made.unwrap().is_some(), decoded), (true, is_new), "{x}");
        };
        (0..16).for_each(|x| get(x, true));
        get(0, false);
        get(16, true);
        get(0, false);
        get(1, true);
        pictures.kept(|kept| assert_eq!((kept.pictures.len(), kept.bytes), (16, BYTES)));
        assert_eq!(pictures.get(key(99), || Err(())), Err(()));
        assert_eq!(pictures.get(key(99), || Ok::<_, ()>(None)), Ok(None));
    }
}
