import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Certificate {
  key: string;
  cert: string;
}

/** A key and a self-signed certificate for 127.0.0.1, as files in `dir`. The certificate is its own authority. */
export async function makeCertificate(dir: string): Promise<Certificate> {
  const files = { key: join(dir, 'server.key'), cert: join(dir, 'server.crt') };
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  try {
    await promisify(execFile)('openssl', [...request, ...subject, '-keyout', files.key, '-out', files.cert]);
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = absent ? 'the program openssl is not installed' : (error as Error).message;
    throw new Error(`The tests with TLS need a certificate, and making one failed: ${reason}.`, {
      cause: error,
    });
  }
  return files;
}
