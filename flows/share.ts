/**
 * Where in 0 to 99 a name falls, evenly and always the same: live, in replay and in simulation
 * (FNV-1a, 32 bits, mixed once more so that short names that differ in their last letter spread too).
 */
export function shareOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) {
    hash ^= name.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  return (hash >>> 0) % 100;
}
