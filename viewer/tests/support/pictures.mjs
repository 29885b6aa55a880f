// Screenshots, compared.

/** The share of pixels in which two pictures differ visibly. */
export async function difference(browser, ...pictures) {
  const page = await browser.newPage();
  const share = await page.evaluate(async (sources) => {
    const [one, other] = await Promise.all(sources.map(async (source) => {
      const image = new Image();
      image.src = `data:image/png;base64,${source}`;
      await image.decode();
      const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
      context.drawImage(image, 0, 0);
      return context.getImageData(0, 0, image.width, image.height).data;
    }));
    let differing = 0;
    for (let at = 0; at < one.length; at += 4) {
      if ([0, 1, 2].some((band) => Math.abs(one[at + band] - other[at + band]) > 8)) differing++;
    }
    return one.length === other.length ? (4 * differing) / one.length : 1;
  }, pictures.map((picture) => picture.toString("base64")));
  await page.close();
  return share;
}
