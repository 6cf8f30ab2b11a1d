/* A product of twenty lines: it says what it was called with, and how long that was. */
#include <stdio.h>
#include <string.h>

static const char *const greeting = "hello";

static size_t longest(int count, char **words) {
  size_t most = 0;
  for (int i = 1; i < count; i++) {
    size_t length = strlen(words[i]);
    if (length > most) most = length;
  }
  return most;
}

int main(int count, char **words) {
  for (int i = 1; i < count; i++) printf("%s %s\n", greeting, words[i]);
  printf("%d words, the longest of %zu\n", count - 1, longest(count, words));
  return 0;
}
