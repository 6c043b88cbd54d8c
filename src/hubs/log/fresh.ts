/** What is in one write-ahead file, in memory: messages by owner, packed as soon as there is a block of them. */
import { BLOCK_TEXT, type Block, inMemory, type PackedBlock, pack, unpacked } from './block.ts';
import type { Message } from './message.ts';
import { Pile } from './pile.ts';

export class Fresh {
  readonly number: number;
  /** Messages so far: the order of the next one. */
  count = 0;
  readonly #piles = new Map<string, Pile>();
  readonly #packed: PackedBlock[] = [];
  /** Full piles until they are packed. */
  readonly #packing = new Map<Promise<void>, Pile>();

  constructor(number: number) {
    this.number = number;
  }

  /** Adds a message, which gets its place in the order of arrival. */
  add(owner: string, message: Message): void {
    message.order = this.count;
    this.count += 1;
    let pile = this.#piles.get(owner);
    if (!pile) {
      pile = new Pile(owner);
      this.#piles.set(owner, pile);
    }
    pile.add(message);
    if (pile.size >= BLOCK_TEXT) this.#close(pile);
  }

  /** All blocks as they are right now. */
  blocks(): Block[] {
    const piles = [...this.#packing.values(), ...this.#piles.values()];
    return [...this.#packed.map(inMemory), ...piles.map(unpacked)];
  }

  /** Blocks that are being packed. */
  get busy(): number {
    return this.#packing.size;
  }

  /** Until one less is being packed. */
  async eased(): Promise<void> {
    await Promise.race(this.#packing.keys());
  }

  /** Packs all there is; owners' blocks come together, in order of arrival. */
  async seal(): Promise<PackedBlock[]> {
    for (const pile of [...this.#piles.values()]) {
      // A few at a time: zlib has four threads, and what waits for one is held twice.
      if (this.#packing.size >= 8) await this.eased();
      this.#close(pile);
    }
    await Promise.all(this.#packing.keys());
    return [...this.#packed].sort(
      (a, b) => (a.owner < b.owner ? -1 : a.owner > b.owner ? 1 : 0) || a.orders[0] - b.orders[0],
    );
  }

  #close(pile: Pile): void {
    this.#piles.delete(pile.owner);
    const packed = pack(pile).then((block) => {
      this.#packing.delete(packed);
      this.#packed.push(block);
    });
    this.#packing.set(packed, pile);
  }
}
