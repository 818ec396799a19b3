/** The cookie that carries an usher's session. Scripts cannot read it, other sites cannot make a browser send it, and it says nothing but a random number. */

const NAME = 'foyer-usher';
/** What a browser may send at most for one origin of ours; a longer header is not looked through. */
const HEADER_LENGTH_MAX = 4_096;
/** 128 bits in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{22}$/;

/** The session's token in a Cookie header (RFC 6265, 4.2.1). Undefined when there is none, when it is malformed, or when two are given: one of them was planted. */
export function sessionToken(header: string | undefined): string | undefined {
  if (header === undefined || header.length > HEADER_LENGTH_MAX) return undefined;
  const given = header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${NAME}=`))
    .map((pair) => pair.slice(NAME.length + 1));
  const [token, ...others] = given;
  return token !== undefined && others.length === 0 && TOKEN.test(token) ? token : undefined;
}

/** @param isSecure the page came over TLS, and the cookie must never travel without */
export function sessionCookie(token: string, lifeSeconds: number, isSecure: boolean): string {
  return `${NAME}=${token}; Path=/; Max-Age=${lifeSeconds}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
}

export function endedSessionCookie(isSecure: boolean): string {
  return sessionCookie('', 0, isSecure);
}
