/** An image's definition with what it takes from the image that it begins as. Pure: it works on what was written. */
import { type Entry, isMap } from './sections.ts';

/** Lists that go on where those of the image before end; all other lists are replaced. */
const LISTS = ['packages', 'files', 'hooks'];
/** What has names: one that both have is the later one's. */
const NAMED = ['sources', 'users'];

/** The images that one begins as, itself last; up to the first that is missing, or that comes again. */
export function lineageOf(images: ReadonlyMap<string, Entry>, name: string): string[] {
  const line: string[] = [];
  let next: unknown = name;
  while (typeof next === 'string' && images.has(next) && !line.includes(next)) {
    line.unshift(next);
    const raw: unknown = images.get(next)?.raw;
    next = isMap(raw) ? raw.from : undefined;
  }
  return line;
}

/** The whole definition of an image, as if it stood in one file. */
export function mergedImage(images: ReadonlyMap<string, Entry>, name: string): Record<string, unknown> {
  const raws = lineageOf(images, name).map((each) => images.get(each)?.raw);
  return raws.filter(isMap).reduce<Record<string, unknown>>(merge, {});
}

function merge(before: Record<string, unknown>, own: Record<string, unknown>): Record<string, unknown> {
  const both: Record<string, unknown> = { ...before, ...own };
  for (const key of LISTS) {
    const [first, second] = [before[key], own[key]];
    if (Array.isArray(first) && Array.isArray(second)) both[key] = joined(key, first, second);
  }
  for (const key of NAMED) both[key] = named(before[key], own[key]);
  both.services = services(before.services, own.services);
  return Object.fromEntries(Object.entries(both).filter(([, value]) => value !== undefined));
}

/** A package once; of files at one path the later one. */
function joined(key: string, first: unknown[], second: unknown[]): unknown[] {
  if (key === 'packages') return [...new Set([...first, ...second])];
  const pathOf = (file: unknown) => (isMap(file) ? file.path : undefined);
  const later = new Set(key === 'files' ? second.map(pathOf) : []);
  return [...first.filter((file) => key !== 'files' || !later.has(pathOf(file))), ...second];
}

const named = (first: unknown, second: unknown): unknown =>
  isMap(first) && isMap(second) ? { ...first, ...second } : (second ?? first);

/** A unit that the image itself treats in one way is not treated in another, as its base has it. */
function services(first: unknown, second: unknown): unknown {
  if (!isMap(first) || !isMap(second)) return second ?? first;
  const own = new Set(Object.values(second).flat());
  const ways = new Set([...Object.keys(first), ...Object.keys(second)]);
  const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
  return Object.fromEntries(
    [...ways].map((way) => [
      way,
      [...list(first[way]).filter((unit) => !own.has(unit)), ...list(second[way])],
    ]),
  );
}
