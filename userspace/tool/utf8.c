// SPDX-License-Identifier: MIT
/* Is a text well-formed UTF-8? */
#include "text.h"

/*
 * The table of well-formed byte sequences in the Unicode standard, chapter 3:
 * only the second byte has bounds that depend on the first.
 */
static size_t utf8_sequence(const unsigned char *text, size_t length)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t bytes, i;

	if (text[0] < 0x80)
		return 1;
	if (text[0] < 0xc2 || text[0] > 0xf4)
		return 0;
	bytes = text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
	if (bytes > length)
		return 0;

	if (text[0] == 0xe0)
		low = 0xa0;
	else if (text[0] == 0xed)
		high = 0x9f;
	else if (text[0] == 0xf0)
		low = 0x90;
	else if (text[0] == 0xf4)
		high = 0x8f;
	if (text[1] < low || text[1] > high)
		return 0;
	for (i = 2; i < bytes; i++)
		if (text[i] < 0x80 || text[i] > 0xbf)
			return 0;
	return bytes;
}

bool text_is_utf8(const char *text, size_t length)
{
	size_t bytes;

	for (; length; text += bytes, length -= bytes) {
		bytes = utf8_sequence((const unsigned char *)text, length);
		if (!bytes)
			return false;
	}
	return true;
}
