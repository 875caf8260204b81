/*
 * The functions of libsrtp 3 that mediasoup's worker calls, on top of libsrtp 2. mediasoup 3.27 wants a pre-release of
 * libsrtp 3, which no Debian package has. Error codes, profiles, sessions and events are the same in both libraries; new
 * in libsrtp 3 are the opaque policy object and packet functions with an output buffer. Overloads of libsrtp 2's own
 * functions serve for these, so this header is for C++ only. MKI and more than one key per policy are left out.
 */
#pragma once

#include <srtp2/srtp.h>

#include <openssl/crypto.h>

#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

constexpr auto srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(28);
constexpr auto srtp_err_status_cryptex_err  = static_cast<srtp_err_status_t>(29);

/* What srtp_policy_t points to: libsrtp 2's policy and the memory for its key. */
struct srtp3_policy
{
	srtp_policy_t policy{};
	srtp_profile_t profile{ srtp_profile_reserved };
	uint8_t key[SRTP_MAX_KEY_LEN]{};

	~srtp3_policy()
	{
		OPENSSL_cleanse(key, sizeof(key));
	}
};
#define srtp_policy_t srtp3_policy*

inline srtp_err_status_t srtp_policy_create(srtp3_policy** policy)
{
	*policy = new (std::nothrow) srtp3_policy;

	return *policy ? srtp_err_status_ok : srtp_err_status_alloc_fail;
}

inline void srtp_policy_destroy(srtp3_policy* policy)
{
	delete policy;
}

inline srtp_err_status_t srtp_policy_set_ssrc(srtp3_policy* policy, srtp_ssrc_t ssrc)
{
	policy->policy.ssrc = ssrc;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(srtp3_policy* policy, srtp_profile_t profile)
{
	policy->profile    = profile;
	const auto forRtp  = srtp_crypto_policy_set_from_profile_for_rtp(&policy->policy.rtp, profile);
	const auto forRtcp = srtp_crypto_policy_set_from_profile_for_rtcp(&policy->policy.rtcp, profile);

	return forRtp != srtp_err_status_ok ? forRtp : forRtcp;
}

/* libsrtp 2 takes the lengths of key and salt from the profile, so others are refused. */
inline srtp_err_status_t srtp_policy_add_key(
  srtp3_policy* policy,
  const uint8_t* key,
  size_t keyLen,
  const uint8_t* salt,
  size_t saltLen,
  const uint8_t* mki,
  size_t /*mkiLen*/)
{
	if (
	  mki || keyLen != srtp_profile_get_master_key_length(policy->profile) ||
	  saltLen != srtp_profile_get_master_salt_length(policy->profile) || keyLen + saltLen > sizeof(policy->key))
	{
		return srtp_err_status_bad_param;
	}

	std::memcpy(policy->key, key, keyLen);
	std::memcpy(policy->key + keyLen, salt, saltLen);
	policy->policy.key = policy->key;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp3_policy* policy, bool allow)
{
	policy->policy.allow_repeat_tx = allow;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(srtp3_policy* policy, size_t size)
{
	policy->policy.window_size = size;

	return srtp_err_status_ok;
}

/* The session keeps derived keys, no pointer into the policy. */
inline srtp_err_status_t srtp_create(srtp_t* session, const srtp3_policy* policy)
{
	return policy->policy.key ? srtp_create(session, &policy->policy) : srtp_err_status_bad_param;
}

/* ssrc is in network order, in both libraries. */
inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrc)
{
	return srtp_remove_stream(session, ssrc);
}

/*
 * Applies one of libsrtp 2's functions, which work in place and add up to `growth` bytes, to a copy of the packet.
 * *outLen is the room in out before the call and the packet's length after it.
 */
inline srtp_err_status_t srtp3_apply(
  srtp_err_status_t (*inPlace)(srtp_t, void*, int*),
  srtp_t session,
  const uint8_t* in,
  size_t inLen,
  uint8_t* out,
  size_t* outLen,
  size_t growth)
{
	if (inLen > INT_MAX || *outLen < inLen + growth)
	{
		return srtp_err_status_buffer_small;
	}

	if (in != out)
	{
		std::memcpy(out, in, inLen);
	}

	auto len          = static_cast<int>(inLen);
	const auto status = inPlace(session, out, &len);

	if (status == srtp_err_status_ok)
	{
		*outLen = static_cast<size_t>(len);
	}

	return status;
}

inline srtp_err_status_t srtp_protect(
  srtp_t session, const uint8_t* rtp, size_t rtpLen, uint8_t* srtp, size_t* srtpLen, size_t /*mkiIndex*/)
{
	return srtp3_apply(srtp_protect, session, rtp, rtpLen, srtp, srtpLen, SRTP_MAX_TRAILER_LEN);
}

inline srtp_err_status_t srtp_unprotect(
  srtp_t session, const uint8_t* srtp, size_t srtpLen, uint8_t* rtp, size_t* rtpLen)
{
	return srtp3_apply(srtp_unprotect, session, srtp, srtpLen, rtp, rtpLen, 0);
}

inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t session, const uint8_t* rtcp, size_t rtcpLen, uint8_t* srtcp, size_t* srtcpLen, size_t /*mkiIndex*/)
{
	return srtp3_apply(
	  srtp_protect_rtcp, session, rtcp, rtcpLen, srtcp, srtcpLen, SRTP_MAX_TRAILER_LEN + SRTP_SRCTP_INDEX_LEN);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t session, const uint8_t* srtcp, size_t srtcpLen, uint8_t* rtcp, size_t* rtcpLen)
{
	return srtp3_apply(srtp_unprotect_rtcp, session, srtcp, srtcpLen, rtcp, rtcpLen, 0);
}
