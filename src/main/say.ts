/** `muster say`: through a running Muster where there is one, by itself otherwise. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Card, fold, isReading } from '../bot/cards/card.ts';
import { draw } from '../bot/cards/draw.ts';
import { clearRows, fitRows, plainLines, rowsOf } from '../bot/console/rows.ts';
import { asIncoming, tell } from '../bot/console/say.ts';
import { answers, ask, type SayEvent, type SayRequest } from '../bot/console/socket.ts';
import { messages } from '../messages/messages.ts';
import { type Places, sayingSocket, userName, wireOptions } from './options.ts';

export async function say(line: string, options: Places & { json?: boolean }): Promise<void> {
  const request: SayRequest = { id: randomUUID(), user: userName(), text: line };
  const wire = wireOptions(options, { level: 'info', destination: join(options.state, 'say.log') });
  const printer = options.json ? printJson : new CardPrinter(process.stdout).print;
  let result: Extract<SayEvent, { type: 'result' }> | undefined;
  const emit = (event: SayEvent) => {
    printer(event);
    if (event.type !== 'result') return;
    result = event;
    // Set at once, so that no way to end loses it.
    process.exitCode = event.exit;
  };
  const socket = sayingSocket(wire.state);
  if (await answers(socket)) {
    for await (const event of ask(socket, request)) emit(event);
    if (!result) {
      emit({
        type: 'result',
        exit: 1,
        status: 'lost',
        text: messages().terminal.stopped,
      });
    }
  } else {
    // Where Muster runs, it is not needed: a line is then said in half the time.
    const { openHouse } = await import('../wire/house.ts');
    const house = await openHouse(wire);
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    await house.start();
    await tell(
      await house.handle(asIncoming(request), 'optional'),
      house.state.runs,
      emit,
      stop.signal,
      house.state.requests,
    );
    await house.close(stop.signal.aborted ? 0 : 10_000);
  }
  process.exit(result?.exit ?? 1);
}

/** What is worth a line where the card cannot be redrawn. */
const isTold = (event: SayEvent): boolean =>
  event.type === 'blocked' || (event.type === 'stage' && event.state !== 'done' && event.state !== 'undone');

const printJson = (event: SayEvent): void => void process.stdout.write(`${JSON.stringify(event)}\n`);

/** Prints a run as it goes: a line per stage where output is not a terminal, the whole card at the end. */
class CardPrinter {
  readonly #out: NodeJS.WriteStream;
  #card: Card | undefined;
  /** What can be drawn again in its place. */
  #above: string[] = [];
  #drawn = '';

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  print = (event: SayEvent): void => {
    if (event.type === 'reply') this.#write(event.text.split('\n'));
    else if (event.type === 'result') {
      if (event.exit === 2 || event.status === 'lost') this.#write(event.text.split('\n'));
    } else if (event.type !== 'run') {
      this.#card = fold(this.#card, event);
      if (event.type === 'lines' && isReading(this.#card)) this.#write(event.lines);
      else if (this.#out.isTTY) this.#redraw();
      else if (event.type === 'ended') this.#write(this.#readingEnd() ?? draw(this.#card, Date.now()));
      else if (isTold(event)) this.#write(draw(this.#card, Date.now()).slice(0, 2));
    }
  };

  #readingEnd(): string[] | undefined {
    return this.#card && isReading(this.#card) && this.#card.status === 'succeeded' ? [] : undefined;
  }

  #redraw(): void {
    if (!this.#card) return;
    const lines = (this.#card.ended && this.#readingEnd()) || draw(this.#card, Date.now());
    if (lines.join('\n') === this.#drawn) return;
    this.#drawn = lines.join('\n');
    const { columns = 80, rows = 24 } = this.#out;
    this.#out.write(clearRows(rowsOf(this.#above, columns)));
    // Only what is on the screen can be drawn again; the end of it is not.
    const plain = plainLines(lines);
    this.#above = this.#card.ended ? plain : fitRows(plain, rows - 1, columns);
    this.#write(this.#above);
  }

  #write(lines: string[]): void {
    if (lines.length > 0) this.#out.write(`${plainLines(lines).join('\n')}\n`);
  }
}
