import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Draft, Fold } from '../../../../src/hubs/log/reading/fold.ts';
import { lines } from '../stores.ts';

/** The messages that lines are folded into. */
function folded(texts: readonly string[], parts: readonly number[] = []): string[] {
  const done: Draft[] = [];
  const fold = new Fold((draft) => done.push(draft));
  for (const [index, line] of lines(texts).entries())
    fold.add(parts.includes(index) ? { ...line, part: true } : line);
  fold.settle();
  assert.deepEqual(
    done.flatMap(({ seq, seqs }) => seqs ?? [seq]),
    texts.map((_, index) => index + 1),
  );
  return done.map(({ text }) => text);
}

const TRACES: Record<string, string> = {
  Java: `2026-11-21 10:00:00 ERROR [main] c.a.Shop - order failed
java.lang.IllegalStateException: no stock
\tat com.acme.Shop.order(Shop.java:12)
\tat com.acme.Main.main(Main.java:3)
\tSuppressed: java.io.IOException: x
\t\tat a.b.C.d(C.java:1)
Caused by: java.sql.SQLException: gone
\tat org.db.Driver.run(Driver.java:99)
\t... 2 more`,
  'Java, uncaught': `Exception in thread "main" java.lang.NullPointerException
\tat Main.main(Main.java:5)`,
  Python: `ERROR:root:it failed
Traceback (most recent call last):
  File "a.py", line 3, in <module>
    f()
ValueError: bad

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "a.py", line 5, in <module>
KeyError: 'x'`,
  Go: `panic: runtime error: index out of range [5] with length 3
[signal SIGSEGV: segmentation violation]

goroutine 1 [running]:
main.main()
\t/app/main.go:8 +0x1d
created by main.start
\t/app/main.go:20 +0x5
exit status 2`,
  Node: `/app/main.js:3
    throw new Error('no');
    ^

Error: no
    at Object.<anonymous> (/app/main.js:3:9)
    at Module._compile (node:internal/modules/cjs/loader:1554:14) {
  code: 'ENO',
  inner: {
    a: 1
  }
}`,
  'Node, caught': `TypeError: x is not a function
    at f (file:///app/a.js:1:2)
    at async g (file:///app/a.js:5:2)`,
  Ruby: `app.rb:3:in \`order': no stock (RuntimeError)
\tfrom app.rb:9:in \`<main>'`.replace('app.rb:3', 'ERROR app.rb:3'),
  '.NET': `Unhandled exception. System.InvalidOperationException: no
   at Program.Main() in /app/Program.cs:line 3
   --- End of inner exception stack trace ---
   at Program.Run()`.replace('Unhandled exception. ', ''),
  Rust: `thread 'main' panicked at src/main.rs:2:5:
no stock
stack backtrace:
   0: rust_begin_unwind
note: Some details are omitted`,
};

describe('lines are folded', () => {
  for (const [language, trace] of Object.entries(TRACES))
    test(`where they are a trace of ${language}`, () => {
      const texts = ['INFO before', ...trace.split('\n'), 'INFO after'];
      assert.deepEqual(folded(texts), ['INFO before', trace, 'INFO after']);
      // Two of them are two.
      assert.deepEqual(folded([...trace.split('\n'), 'INFO x', ...trace.split('\n')]), [
        trace,
        'INFO x',
        trace,
      ]);
    });

  test('only where they belong together', () => {
    const apart = [
      ...['ERROR one', 'ERROR two', '  indented', 'Error: a', 'Error: b', '{"level":"error"}', '\tat x'],
      ...['/srv/file.txt is there', 'WARN last'],
    ];
    assert.deepEqual(folded(apart), apart);
  });

  test('where they are parts of one line, up to a limit', () => {
    assert.deepEqual(folded(['a', 'b', 'c', 'd'], [0, 1]), ['abc', 'd']);
    const part = 'x'.repeat(400_000);
    const long = folded([part, part, part, part, 'end'], [0, 1, 2]);
    assert.deepEqual(
      long.map((text) => text.length),
      [800_000, 800_000, 3],
    );
  });

  test('up to a thousand, and goes on in another message', () => {
    const done: Draft[] = [];
    const fold = new Fold((draft) => done.push(draft));
    for (const line of lines(['ERROR deep', ...Array.from({ length: 2_500 }, () => '\tat a.b.C')]))
      fold.add(line);
    fold.settle();
    assert.deepEqual(
      done.map(({ seqs, goesOn, level }) => [seqs?.length, goesOn, level]),
      [
        [1_000, false, 4],
        [1_000, true, 4],
        [501, true, 4],
      ],
    );
  });

  test('also where their beginning was given out, as nothing came for a while: what follows says that it goes on', () => {
    const done: Draft[] = [];
    const fold = new Fold((draft) => done.push(draft));
    const printed = lines(['ERROR deep', '\tat a.b.C', '\tat d.e.F', 'Caused by: x', 'done']);
    for (const [at, line] of printed.entries()) {
      fold.add(line);
      if (at === 0) fold.settle();
    }
    assert.deepEqual(
      done.map(({ text, goesOn }) => [text, goesOn]),
      [
        ['ERROR deep', false],
        ['\tat a.b.C\n\tat d.e.F\nCaused by: x', true],
        ['done', false],
      ],
    );
  });
});
