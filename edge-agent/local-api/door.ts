import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from './problems.ts';

/**
 * Who may talk to a listener: pages that this agent served from it. A page of another origin, a name that was rebound to this address, a file and a sandboxed
 * frame (Origin `null`) may not, whatever they ask.
 */
export interface Door {
  /** Throws for a request that may not pass. */
  check(request: Pick<FastifyRequest, 'method' | 'headers' | 'url'>): void;
  /** Headers of every answer. */
  protect(request: Pick<FastifyRequest, 'url'>, reply: FastifyReply): void;
}

export interface DoorPlan {
  readonly scheme: 'http' | 'https';
  /** What the Host header may say, port included; asked at each request because the system may have chosen the port. */
  readonly hosts: () => readonly string[];
}

/** The names under which a browser on this machine finds it. */
export const loopbackHosts = (port: number): readonly string[] => [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];

export function createDoor({ scheme, hosts }: DoorPlan): Door {
  return {
    check: ({ method, headers, url }) => {
      const { host, origin, upgrade } = headers;
      if (host === undefined || !hosts().includes(host)) {
        throw new ProblemError(403, { code: 'foreign-host', message: 'This machine is not known by the name in the Host header.' });
      }
      // Reads carry no Origin when a page asks its own server; whoever sends one must be that page.
      const own = `${scheme}://${host}`;
      const mustName = (method !== 'GET' && method !== 'HEAD') || upgrade !== undefined;
      if (mustName ? origin !== own : origin !== undefined && origin !== own) {
        throw new ProblemError(403, {
          code: 'foreign-origin',
          message: 'Only pages of this machine may ask this; the Origin header names none of them.',
        });
      }
      if (headers['sec-fetch-site'] === 'cross-site' && url.startsWith('/api/')) {
        throw new ProblemError(403, { code: 'foreign-origin', message: 'Another site asked for this.' });
      }
    },
    protect: ({ url }, reply) => {
      const path = url.split('?', 1)[0];
      reply.headers({
        'content-security-policy': path !== undefined && DECODE_WORKER.test(path) ? DECODE_WORKER_POLICY : POLICY,
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': `camera=(${path === '/usher' ? 'self' : ''}), ${NEVER_PERMITTED}`,
        'cache-control': 'no-store',
      });
    },
  };
}

/** A document's own header decides about its camera: only the usher's page looks for codes with one. */
const NEVER_PERMITTED = 'microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=()';

/** `data:` is for bar codes that a page draws itself. Nothing may frame a screen, and a screen may send a form nowhere. */
const POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The script of `kiosk-ui/usher/camera/decode-worker.ts`, as vite names it. A worker obeys the header of its own script, not that of its page. */
const DECODE_WORKER = /^\/assets\/decode-worker-[\w-]+\.js$/;

/** It compiles the second reader of codes (decision 0017). No page may, and nobody may make a program of text. */
const DECODE_WORKER_POLICY = `${POLICY}; script-src 'self' 'wasm-unsafe-eval'`;
