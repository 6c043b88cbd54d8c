/** nginx as Debian sets it up, for one folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Serves `files` on a port of 127.0.0.1, with what it needs in `folder`. */
export async function startNginx(
  folder: string,
  files: string,
  port: number,
): Promise<{ stop(): Promise<void> }> {
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  await writeFile(
    config,
    `user root; daemon off; worker_processes auto; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 768; }
http { ${temporary.join(' ')} sendfile on; tcp_nopush on; types_hash_max_size 2048; access_log off;
server { listen 127.0.0.1:${port}; root ${files}; } }
`,
  );
  const child = spawn('nginx', ['-c', config, '-p', folder], { stdio: 'inherit' });
  await listens(child, port);
  return {
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function listens(child: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < 200 && child.exitCode === null; tries += 1) {
    const socket = connect(port, '127.0.0.1');
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await sleep(50);
  }
  throw new Error('nginx did not come up');
}
