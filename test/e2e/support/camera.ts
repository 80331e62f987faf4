import { writeFile } from "node:fs/promises";
import { PNG } from "pngjs";

/** What the camera sees: a small picture in the middle of a larger, grey one, as held by a hand. */
const WIDTH = 1280;
const HEIGHT = 720;
const GREY = 110;

/** Frames of the film; a camera plays it again and again. */
const FRAMES = 2;

/** A screenshot of next to nothing: what a camera sees that is held before no screen yet. */
export const NOTHING = PNG.sync.write(new PNG({ width: 1, height: 1 }));

/**
 * Makes the film that a browser's fake camera plays, of a screenshot: YUV4MPEG2, uncompressed, and
 * colourless, since only brightness matters to a QR code.
 */
export async function film(screenshot: Buffer, file: string): Promise<void> {
  const { width, height, data } = PNG.sync.read(screenshot);
  // Nearest-neighbour, to fit and never to enlarge beyond what a screen at arm's length would fill.
  const scale = Math.min(1, WIDTH / width, HEIGHT / height);
  const left = Math.floor((WIDTH - width * scale) / 2);
  const top = Math.floor((HEIGHT - height * scale) / 2);
  const luma = Buffer.alloc(WIDTH * HEIGHT, GREY);
  for (let y = 0; y < Math.floor(height * scale); y++) {
    for (let x = 0; x < Math.floor(width * scale); x++) {
      const at = 4 * (Math.floor(y / scale) * width + Math.floor(x / scale));
      const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
      luma[(top + y) * WIDTH + left + x] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
    }
  }
  const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const frame = Buffer.concat([Buffer.from("FRAME\n"), luma, chroma]);
  const header = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  await writeFile(file, Buffer.concat([header, ...Array.from({ length: FRAMES }, () => frame)]));
}
