/** What is in one write-ahead file, in memory: messages by owner, packed as soon as there is a block of them. */
import { BLOCK_TEXT, type Block, inMemory, type PackedBlock, pack, unpacked } from './block.ts';
import type { Message } from './message.ts';

interface Pile {
  messages: Message[];
  text: number;
}

export class Fresh {
  readonly number: number;
  /** Messages so far: the order of the next one. */
  count = 0;
  readonly #piles = new Map<string, Pile>();
  readonly #packed: PackedBlock[] = [];
  /** Full piles until they are packed. */
  readonly #packing = new Map<Promise<void>, { owner: string; messages: Message[] }>();

  constructor(number: number) {
    this.number = number;
  }

  /** Adds a message, which gets its place in the order of arrival. */
  add(owner: string, message: Message): void {
    message.order = this.count;
    this.count += 1;
    let pile = this.#piles.get(owner);
    if (!pile) {
      pile = { messages: [], text: 0 };
      this.#piles.set(owner, pile);
    }
    pile.messages.push(message);
    pile.text += message.text.length + 1;
    if (pile.text >= BLOCK_TEXT) this.#close(owner, pile);
  }

  /** All blocks as they are right now. */
  blocks(): Block[] {
    const open = [...this.#piles].map(([owner, { messages }]) => unpacked(owner, messages));
    const full = [...this.#packing.values()].map(({ owner, messages }) => unpacked(owner, messages));
    return [...this.#packed.map(inMemory), ...full, ...open];
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
    const piles = [...this.#piles];
    for (const [owner, pile] of piles) {
      // A few at a time: zlib has four threads, and what waits for one is held twice.
      if (this.#packing.size >= 8) await this.eased();
      this.#close(owner, pile);
    }
    await Promise.all(this.#packing.keys());
    return [...this.#packed].sort(
      (a, b) => (a.owner < b.owner ? -1 : a.owner > b.owner ? 1 : 0) || a.orders[0] - b.orders[0],
    );
  }

  #close(owner: string, { messages }: Pile): void {
    this.#piles.delete(owner);
    const packed = pack(owner, messages).then((block) => {
      this.#packing.delete(packed);
      this.#packed.push(block);
    });
    this.#packing.set(packed, { owner, messages });
  }
}
