import { untilVisible } from "../until-visible.ts";

/** Reads QR codes with the phone's camera. */

/** The part of a BarcodeDetector that is used: the browser's own, or the one of qr-decoder.ts. */
interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

declare global {
  /** Not supported by every browser (Accelerated Shape Detection in Images). */
  var BarcodeDetector: DetectorClass | undefined;
}

interface DetectorClass {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

/** Milliseconds between two frames: a compromise between speed and battery. */
const INTERVAL = 120;

/**
 * Opens the camera, shows its picture in `video`, and yields each QR code in it, repeatedly while
 * it is visible. The camera is off while the page is hidden, and after the signal is aborted.
 * Throws the errors of `getUserMedia`.
 */
export async function* readCodes(
  video: HTMLVideoElement,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const loading = loadDetector();
  while (!signal.aborted) {
    const stream = await openCamera();
    const hidden = whenHidden();
    const stop = AbortSignal.any([signal, hidden]);
    try {
      video.srcObject = stream;
      await video.play().catch((error: unknown) => {
        // It rejects if the page is left before the first frame.
        if (!stop.aborted) throw error;
      });
      const detector = await loading;
      // The stream also ends by itself, for instance when the permission is revoked.
      while (!stop.aborted && stream.active) {
        // A frame that can't be decoded has no code.
        const codes = await detector.detect(video).catch(() => []);
        for (const { rawValue } of codes) yield rawValue;
        await pauseFor(INTERVAL);
      }
    } finally {
      for (const track of stream.getTracks()) track.stop();
      video.srcObject = null;
    }
    await untilVisible(signal);
  }
}

async function openCamera(): Promise<MediaStream> {
  // Undefined on a page from plain http.
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "NotFoundError");
  return await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
  });
}

async function loadDetector(): Promise<Detector> {
  const native = globalThis.BarcodeDetector;
  const formats = (await native?.getSupportedFormats().catch(() => [])) ?? [];
  if (native && formats.includes("qr_code")) return new native({ formats: ["qr_code"] });
  const { BarcodeDetector } = await import("./qr-decoder.ts");
  return new BarcodeDetector({ formats: ["qr_code"] });
}

function whenHidden(): AbortSignal {
  const hidden = new AbortController();
  const check = () => {
    if (document.visibilityState === "hidden") hidden.abort();
  };
  document.addEventListener("visibilitychange", check, { signal: hidden.signal });
  addEventListener("pagehide", () => hidden.abort(), { signal: hidden.signal });
  return hidden.signal;
}

function pauseFor(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
