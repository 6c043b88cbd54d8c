/** A git server over https that asks for a name and a password: git-http-backend(1) behind Node, with a certificate of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';

export interface GitServer {
  port: number;
  /** The certificate's file, for `GIT_SSL_CAINFO`. */
  certificate: string;
  stop(): Promise<void>;
}

/** Serves the repositories below `root` at `https://localhost:<port>/` to whoever logs in as `login` (`name:password`). */
export async function serveGit(root: string, login: string, folder: string): Promise<GitServer> {
  mkdirSync(folder, { recursive: true });
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', key, '-out', certificate, '-days', '2', '-nodes'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', ...files, ...subject], { stdio: 'ignore' });
  const wanted = `Basic ${Buffer.from(login).toString('base64')}`;
  const server = createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (request, response) => {
      if (request.headers.authorization !== wanted) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
        return;
      }
      const { pathname, search } = new URL(request.url ?? '/', 'https://localhost');
      const backend = spawn('git', ['-c', 'safe.directory=*', 'http-backend'], {
        env: {
          PATH: process.env.PATH,
          GIT_PROJECT_ROOT: root,
          GIT_HTTP_EXPORT_ALL: '1',
          GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
          PATH_INFO: pathname,
          QUERY_STRING: search.slice(1),
          REQUEST_METHOD: request.method,
          CONTENT_TYPE: request.headers['content-type'] ?? '',
          HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        },
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      request.pipe(backend.stdin);
      const chunks: Buffer[] = [];
      backend.stdout.on('data', (chunk) => chunks.push(chunk));
      backend.on('close', () => {
        const output = Buffer.concat(chunks);
        const end = output.indexOf('\r\n\r\n');
        const head = output.subarray(0, end).toString().split('\r\n');
        const headers = Object.fromEntries(head.map((line) => line.split(/: (.*)/).slice(0, 2)));
        response.writeHead(Number.parseInt(headers.Status ?? '200', 10), headers);
        response.end(output.subarray(end + 4));
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    certificate,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
