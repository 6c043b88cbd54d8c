/** Maps that strangers have a say in: what they make up does not fill the memory. */

/** Sets a key as the newest one; the oldest ones are forgotten where there are more than `most`. */
export function remember<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, most: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
}
