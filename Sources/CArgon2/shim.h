// The reference implementation of Argon2, as Debian ships it in libargon2-dev.
#include <argon2.h>
