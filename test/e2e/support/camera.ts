import { writeFile } from "node:fs/promises";
import { PNG } from "pngjs";

/** The picture of the camera: the screenshot in the middle of a grey background. */
const WIDTH = 1280;
const HEIGHT = 720;
const GREY = 110;

/** The number of frames; the camera repeats the film. */
const FRAMES = 2;

/** An empty screenshot, for a camera without a screen in front of it. */
export const NOTHING = PNG.sync.write(new PNG({ width: 1, height: 1 }));

/**
 * Writes a screenshot as the film of a browser's fake camera: YUV4MPEG2, uncompressed and grey, as
 * a QR code needs only brightness.
 */
export async function film(screenshot: Buffer, file: string): Promise<void> {
  const { width, height, data } = PNG.sync.read(screenshot);
  // Nearest-neighbour scaling, which never enlarges.
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
