/**
 * Compares two secrets, or their hashes, in a time that depends on their length alone, so that
 * nobody learns from the answer's delay how much of a guess was right.
 */
export function timingSafeEqual(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}
