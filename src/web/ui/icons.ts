/** The pages' icons: SVG paths in a square of 24. */

export const alert = "M12 8v5m0 3.5v.01M12 3l9.5 17h-19z";
export const camera = "M4 7h3.5L9 5h6l1.5 2H20v12H4zM12 9.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z";
export const cameraOff = "M4 4l16 16M9 7l1-2h5l1.5 2H20v9.5M4 7v12h13M9.2 11a3.5 3.5 0 0 0 4.8 4.9";
export const check = "M5 12.5l4.5 4.5L19 7.5";
export const clock = "M12 7v5l3.5 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z";
export const cross = "M6.5 6.5l11 11m0-11l-11 11";
export const info = "M12 11.5v5m0 -9v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z";
export const key =
  "M15.5 3.5a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM12 12l-8 8v.5h3.5V18H10v-2.5h1.5l2-2M16 8v.01";
export const offline =
  "M4 4l16 16M12 19v.01M8.5 15.5a5 5 0 0 1 6 -.7M5 12a10 10 0 0 1 4.2-2.5M2 8.5A15 15 0 0 1 6 6M19 12a10 10 0 0 0-3.4-2.2M22 8.5A15 15 0 0 0 10.5 5.1";
export const phone =
  "M8 2.5h8a1.5 1.5 0 0 1 1.5 1.5v16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5zM11 18.5h2";
export const scan =
  "M4 8V4h4m8 0h4v4m0 8v4h-4m-8 0H4v-4M8 8h3v3H8zm5 0h3v3h-3zm-5 5h3v3H8zm5 0h1m2 0v3h-3";
export const screen = "M3 4.5h18v12H3zM12 16.5v4M8 20.5h8";
