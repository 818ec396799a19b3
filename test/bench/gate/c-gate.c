/*
 * The same gate as floor-gate.ts, written in C: reads a code from the scanner's port, verifies its signature, looks the ticket up, commits an admission and a
 * counter durably (WAL, synchronous=FULL) and writes the release. It knows no rules, no refusals, no passages and no faults either: what is not a good code ends it.
 *
 * Its only argument is the file of its setup (gate-setup.ts), which SQLite reads for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <termios.h>
#include <unistd.h>

enum { PREFIX = 4, PAYLOAD = 35, SIGNATURE = 64, TICKET_AT = 6, LONGEST_LINE = 4096 };

static const char CONTEXT[] = "foyer/ticket/v1\n";
static const char ALPHABET[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
/* Flash relay 0 for 0.7 s (Modbus, unit 1), as the product does; the last two bytes are its check sum. */
static const unsigned char RELEASE[] = {1, 5, 2, 0, 0, 7, 0x8d, 0xb0};

static sqlite3 *database;
static sqlite3_stmt *begin, *find, *admit, *count, *commit;
static EVP_PKEY *key;
static EVP_MD_CTX *verifying;
static unsigned char digit_of[256];

static void die(const char *format, ...) {
  va_list args;
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fputc('\n', stderr);
  exit(1);
}

static void say(char word) {
  if (write(STDOUT_FILENO, &word, 1) != 1) die("nobody listens");
}

static void execute(const char *sql) {
  char *why = NULL;
  if (sqlite3_exec(database, sql, NULL, NULL, &why) != SQLITE_OK) die("%s: %s", sql, why);
}

static sqlite3_stmt *prepare(const char *sql) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) die("%s: %s", sql, sqlite3_errmsg(database));
  return statement;
}

static void run(sqlite3_stmt *statement) {
  if (sqlite3_step(statement) != SQLITE_DONE) die("%s: %s", sqlite3_sql(statement), sqlite3_errmsg(database));
  sqlite3_reset(statement);
}

/* ---- Setup ---- */

static char *read_file(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0) die("%s: %s", path, strerror(errno));
  long length = ftell(file);
  char *text = malloc(length + 1);
  rewind(file);
  if (text == NULL || fread(text, 1, length, file) != (size_t)length) die("%s cannot be read", path);
  text[length] = 0;
  fclose(file);
  return text;
}

/* A text of the setup; the caller keeps it for good. */
static char *setting(sqlite3 *json, const char *text, const char *name) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(json, "SELECT json_extract(?, ?)", -1, &statement, NULL) != SQLITE_OK) die("%s", sqlite3_errmsg(json));
  sqlite3_bind_text(statement, 1, text, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 2, name, -1, SQLITE_STATIC);
  if (sqlite3_step(statement) != SQLITE_ROW || sqlite3_column_type(statement, 0) == SQLITE_NULL) die("the setup has no %s", name);
  char *value = strdup((const char *)sqlite3_column_text(statement, 0));
  sqlite3_finalize(statement);
  return value;
}

/* The tables and rows of floor-gate.ts. */
static void open_database(const char *folder, const char *setup) {
  char path[4096];
  snprintf(path, sizeof path, "%s/floor.db", folder);
  if (sqlite3_open(path, &database) != SQLITE_OK) die("%s: %s", path, sqlite3_errmsg(database));
  execute("PRAGMA journal_mode = WAL");
  execute("PRAGMA synchronous = FULL");
  execute("CREATE TABLE ticket (id INTEGER PRIMARY KEY, show INTEGER NOT NULL, standing TEXT NOT NULL) STRICT;"
          "CREATE TABLE admission (ticket INTEGER NOT NULL, scan TEXT NOT NULL, at INTEGER NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (ticket, scan)) STRICT, WITHOUT ROWID;"
          "CREATE TABLE counter (id INTEGER PRIMARY KEY, next INTEGER NOT NULL) STRICT;"
          "INSERT INTO counter VALUES (1, 1);");
  sqlite3_stmt *put = prepare("INSERT INTO ticket SELECT CAST(value ->> 'id' AS INTEGER), CAST(value ->> 'showId' AS INTEGER), value ->> 'standing'"
                              " FROM json_each(?, '$.snapshot.tickets')");
  sqlite3_bind_text(put, 1, setup, -1, SQLITE_STATIC);
  run(put);
  sqlite3_finalize(put);
  begin = prepare("BEGIN");
  find = prepare("SELECT show, standing FROM ticket WHERE id = ?");
  admit = prepare("INSERT INTO admission VALUES (?, ?, ?, ?)");
  count = prepare("UPDATE counter SET next = next + 1 WHERE id = 1");
  commit = prepare("COMMIT");
}

/* 32 bytes in base64url, whose two characters of its own and missing padding OpenSSL does not know. */
static void read_key(const char *text) {
  unsigned char padded[44], raw[33];
  if (strlen(text) != 43) die("a public key is 43 characters, not %zu", strlen(text));
  for (int at = 0; at < 43; at++) padded[at] = text[at] == '-' ? '+' : text[at] == '_' ? '/' : text[at];
  padded[43] = '=';
  if (EVP_DecodeBlock(raw, padded, sizeof padded) != sizeof raw) die("the public key is not base64url");
  key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, raw, 32);
  verifying = EVP_MD_CTX_new();
  if (key == NULL || verifying == NULL) die("the public key is none");
}

/* Raw, eight bits, no flow control; a read returns what is there. */
static int open_port(const char *path, const char *baud) {
  int port = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
  struct termios line;
  if (port < 0 || tcgetattr(port, &line) != 0) die("%s: %s", path, strerror(errno));
  if (strcmp(baud, "115200") != 0) die("this gate knows 115200 baud only");
  cfmakeraw(&line);
  line.c_cflag |= CLOCAL | CREAD;
  cfsetspeed(&line, B115200);
  if (tcsetattr(port, TCSANOW, &line) != 0) die("%s: %s", path, strerror(errno));
  return port;
}

/* ---- A guest ---- */

/* RFC 9285, strict. Returns the number of bytes, or -1. */
static int decode_base45(const char *text, int length, unsigned char *bytes) {
  int at = 0;
  if (length % 3 == 1) return -1;
  for (int i = 0; i < length; i += 3) {
    int is_whole = i + 2 < length;
    int first = digit_of[(unsigned char)text[i]], second = digit_of[(unsigned char)text[i + 1]], third = is_whole ? digit_of[(unsigned char)text[i + 2]] : 0;
    int value = first + second * 45 + third * 2025;
    if (first == 0xff || second == 0xff || third == 0xff || value > (is_whole ? 0xffff : 0xff)) return -1;
    if (is_whole) bytes[at++] = value >> 8;
    bytes[at++] = value & 0xff;
  }
  return at;
}

static void check_signature(const unsigned char *ticket) {
  unsigned char message[sizeof CONTEXT - 1 + PAYLOAD];
  memcpy(message, CONTEXT, sizeof CONTEXT - 1);
  memcpy(message + sizeof CONTEXT - 1, ticket, PAYLOAD);
  EVP_MD_CTX_reset(verifying);
  if (EVP_DigestVerifyInit(verifying, NULL, NULL, NULL, key) != 1) die("OpenSSL cannot verify Ed25519");
  if (EVP_DigestVerify(verifying, ticket + PAYLOAD, SIGNATURE, message, sizeof message) != 1) die("the signature must hold");
}

static void look_up(sqlite3_int64 ticket) {
  sqlite3_bind_int64(find, 1, ticket);
  if (sqlite3_step(find) != SQLITE_ROW || strcmp((const char *)sqlite3_column_text(find, 1), "valid") != 0) die("the ticket must be there");
  sqlite3_reset(find);
}

static void to_hex(const unsigned char *bytes, int length, char *text) {
  for (int at = 0; at < length; at++) sprintf(text + 2 * at, "%02x", bytes[at]);
}

static void commit_admission(sqlite3_int64 ticket, const char *code, int length) {
  unsigned char scan[10], digest[EVP_MAX_MD_SIZE];
  char scan_text[21], digest_text[7];
  struct timeval now;
  run(begin);
  if (RAND_bytes(scan, sizeof scan) != 1 || EVP_Digest(code, length, digest, NULL, EVP_sha256(), NULL) != 1) die("OpenSSL cannot hash");
  to_hex(scan, 10, scan_text);
  to_hex(digest, 3, digest_text);
  gettimeofday(&now, NULL);
  sqlite3_bind_int64(admit, 1, ticket);
  sqlite3_bind_text(admit, 2, scan_text, 20, SQLITE_STATIC);
  sqlite3_bind_int64(admit, 3, (sqlite3_int64)now.tv_sec * 1000 + now.tv_usec / 1000);
  sqlite3_bind_text(admit, 4, digest_text, 6, SQLITE_STATIC);
  run(admit);
  run(count);
  run(commit);
}

static void check(const char *code, int length, int gate) {
  unsigned char ticket[LONGEST_LINE];
  sqlite3_int64 id = 0;
  if (length < PREFIX || decode_base45(code + PREFIX, length - PREFIX, ticket) != PAYLOAD + SIGNATURE) die("the bench shows good codes only");
  check_signature(ticket);
  for (int at = 0; at < 8; at++) id = id << 8 | ticket[TICKET_AT + at];
  look_up(id);
  commit_admission(id, code, length);
  if (write(gate, RELEASE, sizeof RELEASE) != sizeof RELEASE) die("the release was not written: %s", strerror(errno));
}

/* Takes what the scanner has sent, and checks each whole line of it. */
static void read_scanner(int scanner, int gate) {
  static char held[LONGEST_LINE];
  static int length = 0;
  ssize_t came = read(scanner, held + length, sizeof held - length);
  if (came <= 0) exit(0);
  length += came;
  for (char *end; (end = memchr(held, '\r', length)) != NULL;) {
    check(held, end - held, gate);
    length -= end + 1 - held;
    memmove(held, end + 1, length);
  }
  if (length == sizeof held) die("a code without an end");
}

int main(int count_of_arguments, char **arguments) {
  if (count_of_arguments != 2) die("usage: c-gate SETUP");
  char *setup = read_file(arguments[1]);
  sqlite3 *json;
  memset(digit_of, 0xff, sizeof digit_of);
  for (int digit = 0; digit < 45; digit++) digit_of[(unsigned char)ALPHABET[digit]] = digit;
  if (sqlite3_open(":memory:", &json) != SQLITE_OK) die("no SQLite");
  open_database(setting(json, setup, "$.data"), setup);
  read_key(setting(json, setup, "$.publicKey"));
  char *baud = setting(json, setup, "$.baudRate");
  struct pollfd ports[] = {{.fd = open_port(setting(json, setup, "$.scanner"), baud), .events = POLLIN},
                           {.fd = open_port(setting(json, setup, "$.gate"), baud), .events = POLLIN}};
  sqlite3_close(json);
  free(setup);
  say('r');
  for (;;) {
    if (poll(ports, 2, -1) < 0) die("poll: %s", strerror(errno));
    if (ports[0].revents != 0) read_scanner(ports[0].fd, ports[1].fd);
    if (ports[1].revents != 0) {
      /* The board's answer ends the guest's turn. */
      char answer[256];
      if (read(ports[1].fd, answer, sizeof answer) <= 0) exit(0);
      say('f');
    }
  }
}
