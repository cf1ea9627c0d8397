// Part of the addon. TensorFlow writes some of its log by Abseil, which knows no environment variable: without this, each
// run begins with two lines ("All log messages before absl::InitializeLog() ...", "MLIR V1 optimization pass is not
// enabled"), whatever TF_CPP_MIN_LOG_LEVEL says. Here Abseil follows that variable, up to errors, which are always
// shown. In another TensorFlow the function may have another name: then nothing is done and the lines come.
#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>

namespace {

// absl::log_internal::RawSetMinLogLevel(absl::LogSeverityAtLeast) of the Abseil in TensorFlow 2.20.
constexpr char kSetMinLogLevel[] =
    "_ZN4absl12lts_2025012712log_internal17RawSetMinLogLevelENS0_18LogSeverityAtLeastE";
constexpr int kError = 2;

__attribute__((constructor)) void FollowLogLevel() {
  const char* level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  void* library = dlopen("libtensorflow_framework.so.2", RTLD_LAZY | RTLD_NOLOAD);
  if (level == nullptr || library == nullptr) return;
  const auto set = reinterpret_cast<void (*)(int)>(dlsym(library, kSetMinLogLevel));
  if (set != nullptr) set(std::clamp(std::atoi(level), 0, kError));
}

}  // namespace
