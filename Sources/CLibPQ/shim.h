// The public header of libpq. `pkg-config` gives its folder.
#include <libpq-fe.h>
