import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BuildLog } from '../../../src/jobs/deploy/build-log.ts';

const read = (builds: number, ...lines: string[]): BuildLog => {
  const log = new BuildLog(builds);
  for (const line of lines) log.take(line);
  return log;
};

describe('what a build tells', () => {
  it('says how far the classic builder is, over several images', () => {
    assert.equal(read(1).share, 0);
    assert.equal(read(1, 'Step 2/4 : RUN true').share, 0.375);
    const second = read(2, 'Step 1/2 : FROM a', 'Step 2/2 : RUN true', 'Step 1/2 : FROM b');
    assert.equal(second.share, 0.625);
  });

  it('says how far BuildKit is, over several stages', () => {
    const log = read(1, '#5 [build 1/2] FROM docker.io/library/node:20', '#7 [web 2/2] COPY . .');
    assert.equal(log.share, 0.5);
    assert.deepEqual(log.bases, ['node:20']);
  });

  it('knows the containers that are left', () => {
    const log = read(
      1,
      ' ---> Running in f62262a5b8e7',
      'Removing intermediate container f62262a5b8e7',
      ' ---> Running in b55093c27b11',
    );
    assert.deepEqual(log.containers, ['b55093c27b11']);
  });

  it('knows the images it stands on, but takes no stage and not scratch for one', () => {
    const log = read(
      1,
      'Step 1/4 : FROM --platform=linux/amd64 muster/base AS maker',
      'Step 3/4 : FROM maker',
      'Step 4/4 : FROM scratch',
    );
    assert.deepEqual(log.bases, ['muster/base']);
  });

  it('does not take for its own what a command prints', () => {
    const log = read(
      1,
      'a Step 9/9 : FROM evil',
      'x ---> Running in aaaaaaaaaaaa',
      ' ---> Running in ../../x',
    );
    assert.equal(log.share, 0);
    assert.deepEqual([...log.bases, ...log.containers], []);
  });
});
