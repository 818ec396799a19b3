/**
 * The text of one member of a JSON object, byte for byte as it was sent: that is what Alipay signs, and a parsed and written object would differ in the order
 * of its members, its escapes and its spaces (opendocs.alipay.com/common/02mse7, 自行实现验签).
 *
 * A scanner of the outermost object only. Undefined for anything that it does not understand, and when the member is there twice.
 */
export function rawMember(json: string, name: string): string | undefined {
  const wanted = JSON.stringify(name);
  let at = skipSpace(json, 0);
  if (json[at] !== '{') return undefined;
  at = skipSpace(json, at + 1);
  let found: string | undefined;
  while (json[at] === '"') {
    const keyEnd = endOfText(json, at);
    if (keyEnd === undefined) return undefined;
    const colon = skipSpace(json, keyEnd);
    if (json[colon] !== ':') return undefined;
    const begin = skipSpace(json, colon + 1);
    const end = endOfValue(json, begin);
    if (end === undefined) return undefined;
    if (json.slice(at, keyEnd) === wanted) {
      if (found !== undefined) return undefined;
      found = json.slice(begin, end);
    }
    at = skipSpace(json, end);
    if (json[at] === '}') return found;
    if (json[at] !== ',') return undefined;
    at = skipSpace(json, at + 1);
  }
  return undefined;
}

function skipSpace(json: string, from: number): number {
  let at = from;
  while (json[at] === ' ' || json[at] === '\n' || json[at] === '\r' || json[at] === '\t') at++;
  return at;
}

/** Of a text that begins at a quote: the place after its last quote. */
function endOfText(json: string, from: number): number | undefined {
  for (let at = from + 1; at < json.length; at++) {
    if (json[at] === '\\') at++;
    else if (json[at] === '"') return at + 1;
  }
  return undefined;
}

function endOfValue(json: string, from: number): number | undefined {
  const first = json[from];
  if (first === '"') return endOfText(json, from);
  if (first === '{' || first === '[') return endOfNest(json, from);
  let at = from;
  while (at < json.length && !',}] \n\r\t'.includes(json[at] ?? '')) at++;
  return at > from ? at : undefined;
}

function endOfNest(json: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < json.length; ) {
    const character = json[at];
    if (character === '"') {
      const end = endOfText(json, at);
      if (end === undefined) return undefined;
      at = end;
      continue;
    }
    if (character === '{' || character === '[') depth++;
    if (character === '}' || character === ']') depth--;
    at++;
    if (depth === 0) return at;
  }
  return undefined;
}
